import { createReadStream } from 'node:fs';
import type { ImageSource } from '../api/options.js';
import { DEFAULT_STORE_DIR } from '../config/store-path.js';
import { confsOfScript } from '../config/stream-script.js';
import { linkTarget } from '../files/links.js';
import { statIfThere } from '../files/stat.js';
import { LayerstreamError, systemReason } from '../ground/errors.js';
import { bringHint } from '../inputs/bring-hint.js';
import { onDisk } from '../inputs/on-disk.js';
import { checkStoreRoot, type Places } from '../inputs/store.js';
import { kindOfFile, START_SIZE } from '../oci/file-kind.js';

/** For whoever has no conf. */
const HINT = 'Build it with `nix build .#image.conf --out-link conf.json`, or see `layerstream --help`.';

export interface ReadOptions {
  /** Where a conf that is a store path lies, if not where it says. */
  readonly storeRoot?: string | undefined;
}

/**
 * The bytes of a conf; `-` is standard input. Of what cannot be one only the start is read.
 *
 * @throws {LayerstreamError} `CONF_INVALID`; `USAGE` for a store root that is no directory
 */
export async function readConf(path: string, { storeRoot = '' }: ReadOptions = {}): Promise<Uint8Array> {
  checkStoreRoot(storeRoot);
  try {
    return await readWhileConf(path === '-' ? process.stdin : createReadStream(await findConf(path, storeRoot)));
  } catch (error) {
    if (error instanceof LayerstreamError) throw error;
    throw new LayerstreamError('CONF_INVALID', `conf ${path} cannot be read: ${systemReason(error)}`, {
      path,
      cause: error,
      hint: HINT,
    });
  }
}

/** What an image is built from. */
export interface NamedSource {
  readonly source: ImageSource;
  /** What messages call it. */
  readonly name: string;
}

export interface CheckOptions extends ReadOptions {
  /** As `readConf` got it. */
  readonly path: string;
  readonly onWarning: (message: string) => void;
}

/**
 * What such bytes say that an image is built from, and what messages call it. Usually that is a conf; the output of
 * `describe --json` serves, too, and so does the script that streams an image, which names its conf.
 *
 * @throws {LayerstreamError} `CONF_INVALID`, `DESCRIPTION_INVALID`
 */
export async function checkSource(
  bytes: Uint8Array,
  { path, storeRoot, onWarning }: CheckOptions,
): Promise<NamedSource> {
  const name = nameOf(path);
  const [conf, ...others] = confsOfScript(bytes) ?? [];
  if (conf === undefined || others.length > 0) return parseSource(bytes, { path, onWarning });
  onWarning(`${name} is the script of an image; building its conf, ${conf}`);
  return parseSource(await readConf(conf, { storeRoot }), { path: conf, onWarning });
}

async function parseSource(bytes: Uint8Array, { path, onWarning }: CheckOptions): Promise<NamedSource> {
  // Zod comes with it.
  const { parseConf } = await import('../config/parse.js');
  const name = nameOf(path);
  try {
    const { conf, warnings } = parseConf(bytes, { source: name });
    for (const warning of warnings) onWarning(`${name}: ${warning}`);
    return { source: conf, name };
  } catch (error) {
    if (kindOfFile(bytes) === 'description') {
      const { parseDescription } = await import('../describe/parse.js');
      return { source: parseDescription(bytes, { source: name }), name };
    }
    const { wrongConf } = await import('./wrong-conf.js');
    throw (await wrongConf(bytes, path)) ?? error;
  }
}

function nameOf(path: string): string {
  return path === '-' ? 'standard input' : path;
}

async function readWhileConf(input: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    length += chunk.length;
    if (length < START_SIZE || isObjectStart(chunks[0] ?? chunk)) continue;
    // No conf is to follow, and what does may have no end.
    break;
  }
  return Buffer.concat(chunks);
}

function isObjectStart(bytes: Uint8Array): boolean {
  return /^\s*(?:\{|$)/.test(Buffer.from(bytes.subarray(0, START_SIZE)).toString('utf8'));
}

/** The path on disk of a conf that is there. @throws {LayerstreamError} `CONF_INVALID`; the system's error */
async function findConf(path: string, storeRoot: string): Promise<string> {
  const places: Places = { storeDir: DEFAULT_STORE_DIR, storeRoot };
  const tried = [...new Set([onDisk(path, places), path])];
  for (const place of tried) {
    const found = statIfThere(place);
    if (found === undefined) continue;
    if (!found.isDirectory()) return place;
    const { wrongDirectory } = await import('./wrong-conf.js');
    throw wrongDirectory(place);
  }
  throw missing(path, tried, places);
}

function missing(path: string, tried: readonly string[], places: Places): LayerstreamError {
  const target = linkTarget(path);
  const [below] = tried.length > 1 ? tried : [];
  const what =
    target === undefined ? `conf ${path} does not exist` : `conf ${path} leads to ${target}, which does not exist`;
  const [output] = /^[^#]*#.+/.exec(path) ?? [];
  const hint =
    output === undefined
      ? bringHint([target ?? path], places)
      : `An output of a flake has to be built first: \`nix build ${output} --out-link conf.json\`.`;
  return new LayerstreamError('CONF_INVALID', below === undefined ? what : `${what}, nor does ${below}`, {
    path,
    hint: hint ?? HINT,
  });
}
