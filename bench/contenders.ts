/** Who is measured. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Closure } from './closure.js';
import { quote } from './pipeline.js';

/** A `floor` is a part of the work alone and writes nothing; all others write the archive. */
export type Role = 'cat' | 'ours' | 'reference' | 'peer' | 'floor';

export interface Contender {
  readonly name: string;
  readonly role: Role;
  /** In the shell's language. */
  readonly command: string;
}

export interface Peers {
  /** A Python script, run as `python3 SCRIPT CONF`. */
  readonly reference: string | undefined;
  /** Shell commands, in which `{conf}` stands for the conf. */
  readonly commands: readonly string[];
}

const CLI = fileURLToPath(new URL('../src/cli.js', import.meta.url));
const FLOORS = fileURLToPath(new URL('./floors.js', import.meta.url));
const PASSES = fileURLToPath(new URL('./passes.js', import.meta.url));

/** The name of the program as most run it; other variants are told by their options. */
export const DEFAULT_VARIANT = 'layerstream';
export const SINGLE_PASS = 'layerstream --single-pass';

/** The ways in which our own program is measured. */
const VARIANTS: readonly { readonly name: string; readonly options: readonly string[] }[] = [
  { name: DEFAULT_VARIANT, options: [] },
  { name: SINGLE_PASS, options: ['--single-pass'] },
];

/** Our own program, in all its variants. */
export function ourContenders(closure: Closure): Contender[] {
  return VARIANTS.map(({ name, options }) => ({ name, role: 'ours', command: ourCommand(closure, options) }));
}

/** Writes the archive into a file, safely on the disk. */
export function archiveCommand(closure: Closure, archive: string): string {
  return ourCommand(closure, ['--output', archive]);
}

export function catContender(archive: string): Contender {
  return { name: 'cat of the archive', role: 'cat', command: `cat ${quote(archive)}` };
}

export function floorContenders({ conf, storeRoot }: Closure, archiveBytes: number): Contender[] {
  const floor = (name: string, ...args: string[]): Contender => ({ name, role: 'floor', command: node(FLOORS, args) });
  return [
    floor('SHA-256 alone', 'sha256', `${archiveBytes}`),
    floor('read alone', 'read', conf, storeRoot),
    floor('walk alone', 'walk', conf, storeRoot),
  ];
}

export interface PassesOptions {
  readonly kind: 'digest' | 'whole';
  readonly workers: number;
  readonly report: string;
}

/** Times passes apart from each other. */
export function passesCommand({ conf, storeRoot }: Closure, { kind, workers, report }: PassesOptions): string {
  return node(PASSES, [kind, conf, storeRoot, `${workers}`, report]);
}

/** Peers know the store at its own place only: a chroot store is mounted there for them. */
export function peerContenders(closure: Closure, { reference, commands }: Peers): Contender[] {
  const inStore = (command: string): string =>
    closure.storeRoot === '' ? command : mounted(closure.storeRoot, command);
  const peers = commands.map((command): Contender => {
    return { name: command, role: 'peer', command: inStore(command.replaceAll('{conf}', quote(closure.conf))) };
  });
  if (reference === undefined) return peers;
  const command = inStore(`python3 ${quote(resolve(reference))} ${quote(closure.conf)}`);
  return [{ name: 'reference script', role: 'reference', command }, ...peers];
}

/** Whether peers can be given the store of a closure. */
export function canMount({ storeRoot }: Closure): boolean {
  if (storeRoot === '') return true;
  try {
    execFileSync('bash', ['-c', mounted(storeRoot, 'true')], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function ourCommand({ conf, storeRoot }: Closure, options: readonly string[]): string {
  const root = storeRoot === '' ? [] : ['--store-root', storeRoot];
  return node(CLI, ['stream', conf, ...root, '--progress', 'off', '--no-cache', ...options]);
}

function node(script: string, args: readonly string[]): string {
  return [process.execPath, script, ...args].map(quote).join(' ');
}

/** Needs no root where the kernel lets users have namespaces. */
function mounted(storeRoot: string, command: string): string {
  const inner = `mount --bind ${quote(`${storeRoot}/nix/store`)} /nix/store && ${command}`;
  return `unshare --user --map-root-user --mount -- sh -c ${quote(inner)}`;
}
