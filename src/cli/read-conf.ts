import { readFile } from 'node:fs/promises';
import type { Conf } from '../config/model.js';
import { LayerstreamError, systemReason } from '../ground/errors.js';

/** The bytes of a conf; `-` is standard input. @throws {LayerstreamError} `CONF_INVALID` */
export async function readConf(path: string): Promise<Uint8Array> {
  try {
    return path === '-' ? await readStdin() : await readFile(path);
  } catch (error) {
    throw new LayerstreamError('CONF_INVALID', `conf ${path} cannot be read: ${systemReason(error)}`, {
      path,
      cause: error,
      hint: 'Build it with `nix build .#image.conf`, or see `layerstream --help`.',
    });
  }
}

export interface CheckOptions {
  /** As `readConf` got it. */
  readonly path: string;
  /** Takes the place of the conf's own. */
  readonly repoTag: string | undefined;
  readonly onWarning: (message: string) => void;
}

/** The conf that such bytes are, and how messages call it. @throws {LayerstreamError} `CONF_INVALID` */
export async function checkConf(
  bytes: Uint8Array,
  { path, repoTag, onWarning }: CheckOptions,
): Promise<{ readonly conf: Conf; readonly source: string }> {
  // Zod comes with it.
  const { parseConf } = await import('../config/parse.js');
  const source = path === '-' ? 'standard input' : path;
  const { conf, warnings } = parseConf(bytes, { repoTag, source });
  for (const warning of warnings) onWarning(`${source}: ${warning}`);
  return { conf, source };
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}
