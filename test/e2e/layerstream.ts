import { fileURLToPath } from 'node:url';
import type { BuildSummary } from '../../src/events/events.js';
import { NEWER_NODE } from '../support/newer-node.js';
import { type Command, type Output, run } from './run.js';

const PROGRAM = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

/** The command line that runs the program as it was built. */
export function layerstream(...args: string[]): Command {
  return [process.execPath, PROGRAM, ...args];
}

/** The command that streams an image compressed as a whole; zstd needs the newer Node.js. */
export function compressed(
  { stream: [program, ...args] }: { readonly stream: Command },
  { kind }: { readonly kind: 'gzip' | 'zstd' },
): Command {
  return [kind === 'zstd' ? NEWER_NODE : program, ...args, '--compression', kind];
}

/** Runs a command that streams an image into a file; returns what the program reports of it. */
export async function build(archive: string, stream: Command): Promise<BuildSummary> {
  return readSummary(await run([...stream, '-o', archive, '--progress', 'json']));
}

function readSummary({ stderr }: Output): BuildSummary {
  // The last line of `--progress json`, whose shape the program's own types promise.
  const event: { type: string; summary: BuildSummary } = JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
  if (event.type !== 'finished') throw new Error(`the last event is ${event.type}`);
  return event.summary;
}
