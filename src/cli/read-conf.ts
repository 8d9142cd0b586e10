import { readFile } from 'node:fs/promises';
import { LayerstreamError, systemReason } from '../errors.js';

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

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}
