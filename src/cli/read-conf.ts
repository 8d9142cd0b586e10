import { readFile } from 'node:fs/promises';
import type { ImageSource } from '../api/options.js';
import { LayerstreamError, systemReason } from '../ground/errors.js';

/** The bytes of a conf; `-` is standard input. @throws {LayerstreamError} `CONF_INVALID` */
export async function readConf(path: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = path === '-' ? await readStdin() : await readFile(path);
  } catch (error) {
    throw new LayerstreamError('CONF_INVALID', `conf ${path} cannot be read: ${systemReason(error)}`, {
      path,
      cause: error,
      hint: 'Build it with `nix build .#image.conf`, or see `layerstream --help`.',
    });
  }
  if (bytes.length > 0) return bytes;
  // So is standard input that is closed: Node opens /dev/null in its place.
  throw new LayerstreamError('CONF_INVALID', `${path === '-' ? 'standard input' : path} is empty`, {
    path,
    hint: path === '-' ? 'Pipe a conf into it, or name a file.' : undefined,
  });
}

/** What an image is built from. */
export interface NamedSource {
  readonly source: ImageSource;
  /** What messages call it. */
  readonly name: string;
}

export interface CheckOptions {
  /** As `readConf` got it. */
  readonly path: string;
  readonly onWarning: (message: string) => void;
}

/**
 * What such bytes say that an image is built from, and what messages call it. Usually that is a conf; the output of
 * `describe --json` serves, too.
 *
 * @throws {LayerstreamError} `CONF_INVALID`, `DESCRIPTION_INVALID`
 */
export async function checkSource(bytes: Uint8Array, { path, onWarning }: CheckOptions): Promise<NamedSource> {
  // Zod comes with it.
  const { parseConf } = await import('../config/parse.js');
  const name = path === '-' ? 'standard input' : path;
  try {
    const { conf, warnings } = parseConf(bytes, { source: name });
    for (const warning of warnings) onWarning(`${name}: ${warning}`);
    return { source: conf, name };
  } catch (error) {
    const { isDescriptionText, parseDescription } = await import('../describe/parse.js');
    if (!isDescriptionText(bytes)) throw error;
    return { source: parseDescription(bytes), name };
  }
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}
