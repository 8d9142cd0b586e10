/** The commands that are measured, as shell text. */
import { fileURLToPath } from 'node:url';
import type { Closure } from './closure.js';
import { quote } from './pipeline.js';

const CLI = fileURLToPath(new URL('../src/cli.js', import.meta.url));
const FLOORS = fileURLToPath(new URL('./floors.js', import.meta.url));
const PASSES = fileURLToPath(new URL('./passes.js', import.meta.url));

/** For builds that must not profit from earlier ones. */
export const NO_CACHE = '--no-cache';

export function streamCommand(closure: Closure, options: readonly string[]): string {
  return buildCommand(closure, ['stream', closure.conf, ...options]);
}

export interface OciOptions {
  readonly layout: string;
  readonly options: readonly string[];
}

export function ociCommand(closure: Closure, { layout, options }: OciOptions): string {
  return buildCommand(closure, ['oci', closure.conf, layout, ...options]);
}

export function floorCommand(args: readonly string[]): string {
  return node(FLOORS, args);
}

export interface PassesOptions {
  readonly kind: 'digest' | 'whole';
  readonly workers: number;
  readonly report: string;
}

/** Times the passes separately. */
export function passesCommand({ conf, storeRoot }: Closure, { kind, workers, report }: PassesOptions): string {
  return node(PASSES, [kind, conf, storeRoot, `${workers}`, report]);
}

function buildCommand({ storeRoot }: Closure, args: readonly string[]): string {
  const root = storeRoot === '' ? [] : ['--store-root', storeRoot];
  return node(CLI, [...args, ...root, '--progress', 'off']);
}

function node(script: string, args: readonly string[]): string {
  return [process.execPath, script, ...args].map(quote).join(' ');
}
