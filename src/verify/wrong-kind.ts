/** Tells what is no archive at all, and what it is. */
import { LayerstreamError } from '../ground/errors.js';
import { isTarStart } from '../tar/tar-start.js';

/** Bytes that show what something is. */
export const START_SIZE = 64 * 1024;

/** Which words of a JSON document show what it is; the first that fits counts. */
const DOCUMENTS: readonly (readonly [what: string, words: readonly string[]])[] = [
  ['a conf', ['"store_layers"']],
  ['the index of a layout, or of an image', ['"schemaVersion"', '"manifests"']],
  ['the manifest of an image', ['"schemaVersion"', '"layers"']],
  ['the config of an image', ['"rootfs"']],
  ['a JSON document', []],
];

/** `start`: the first bytes, decompressed. @throws {LayerstreamError} `INPUT_INVALID` if no tar begins so */
export function checkKind(start: Uint8Array, name: string): void {
  if (start.length > 0 && isTarStart(start)) return;
  throw new LayerstreamError('INPUT_INVALID', `${name} is ${describe(start)}`, {
    path: name,
    hint: 'verify reads archives of images, and layouts: name a docker-archive, an OCI archive, or the directory of a layout.',
  });
}

function describe(start: Uint8Array): string {
  if (start.length === 0) return 'empty';
  const text = Buffer.from(start).toString('latin1').trimStart();
  if (text.startsWith('#!')) return 'a script, and no archive';
  const what = /^[[{]/.test(text)
    ? DOCUMENTS.find(([, words]) => words.every((word) => text.includes(word)))
    : undefined;
  return what === undefined ? 'no archive' : `${what[0]}, and no archive`;
}
