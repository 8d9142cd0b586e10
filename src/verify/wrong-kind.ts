/** Tells what is no archive at all, and what it is. */
import { LayerstreamError } from '../ground/errors.js';
import { type FileKind, kindOfFile, nameOfKind } from '../oci/file-kind.js';
import { isTarStart } from '../tar/tar-start.js';

const HINT =
  'verify reads archives of images, and layouts: name a docker-archive, an OCI archive, or the directory of a layout.';
const NOT_BUILT = 'verify reads what is built from it: run `layerstream` first, with --output or `oci`.';
const PART = 'verify reads the whole layout: name the directory that this file is in.';

const HINTS: Partial<Readonly<Record<FileKind, string>>> = {
  conf: NOT_BUILT,
  description: NOT_BUILT,
  script: NOT_BUILT,
  index: PART,
  'layout-file': PART,
};

/** `start`: the first bytes, decompressed. @throws {LayerstreamError} `INPUT_INVALID` if no tar begins so */
export function checkKind(start: Uint8Array, name: string): void {
  if (start.length > 0 && isTarStart(start)) return;
  const kind = kindOfFile(start, name);
  const what =
    kind === undefined ? 'not an archive' : `${nameOfKind(kind)}${kind === 'empty' ? '' : ', not an archive'}`;
  const hint = (kind === undefined ? undefined : HINTS[kind]) ?? HINT;
  throw new LayerstreamError('INPUT_INVALID', `${name} is ${what}`, { path: name, hint });
}
