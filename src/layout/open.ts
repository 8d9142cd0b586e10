/**
 * What a directory must be to be taken for a layout (OCI image-spec, image-layout.md), and how one is made.
 */
import { dirname, join } from 'node:path';
import { listDirectory, makeDirectories, syncDirectory } from '../files/directories.js';
import { statIfThere } from '../files/stat.js';
import { replaceFile } from '../files/whole-file.js';
import type { JsonObject } from '../ground/json/value.js';
import { DocumentError, encodeJson } from '../oci/document.js';
import { emptyIndex, readIndexObject } from '../oci/index.js';
import { LAYOUT_VERSION, makeLayoutFile, readLayoutVersion } from '../oci/layout-file.js';
import { isOwnDirectory, layoutFault, readLayoutFile } from './files.js';
import { FOLDER, temporaryFile } from './workplace.js';

/** What a directory may hold and still count as empty: the second is in the root of a fresh volume. */
const NOTHING: ReadonlySet<string> = new Set([FOLDER, 'lost+found']);

const HINT = 'Name an OCI image layout, or a directory that is empty or missing.';

/**
 * Checks what is there. `begun` is what a maker who was killed leaves, as well as nothing at all: `completeLayout` makes
 * a layout of it.
 *
 * @throws {LayerstreamError} `LAYOUT_INVALID`
 */
export function inspectLayout(path: string): 'begun' | 'whole' {
  const stat = statIfThere(path);
  if (stat === undefined) return 'begun';
  if (!stat.isDirectory()) throw layoutFault(path, 'is not a directory', HINT);
  const names = (listDirectory(path) ?? []).map(({ name }) => name).filter((name) => !NOTHING.has(name));
  if (names.length === 0) return 'begun';
  if (!names.includes('oci-layout')) throw layoutFault(path, 'is not empty, and has no oci-layout', HINT);
  checkVersion(join(path, 'oci-layout'));
  const hasBlobs = isOwnDirectory(join(path, 'blobs')) && isOwnDirectory(join(path, 'blobs/sha256'));
  if (names.includes('index.json')) readIndexFile(path);
  else if (names.includes('blobs')) throw layoutFault(path, 'has no index.json');
  return hasBlobs && names.includes('index.json') ? 'whole' : 'begun';
}

/** Makes what a layout lacks, in the order that `inspectLayout` knows. To be called under the lock. */
export function completeLayout(path: string): void {
  const [layout, index, blobs] = [join(path, 'oci-layout'), indexPath(path), join(path, 'blobs/sha256')];
  const write = (file: string, bytes: Uint8Array): void =>
    replaceFile(file, bytes, { temporary: temporaryFile(path), durability: 'synced' });
  if (readLayoutFile(layout) === undefined) {
    write(layout, makeLayoutFile().bytes);
  }
  if (readLayoutFile(index) === undefined) write(index, encodeJson(emptyIndex()));
  makeDirectories(blobs);
  for (const directory of [dirname(blobs), path, dirname(path)]) syncDirectory(directory);
}

export function indexPath(layout: string): string {
  return join(layout, 'index.json');
}

/** @throws {LayerstreamError} `LAYOUT_INVALID` */
export function readIndexFile(layout: string): JsonObject {
  const path = indexPath(layout);
  const bytes = readLayoutFile(path);
  if (bytes === undefined) throw layoutFault(layout, 'has no index.json');
  return explain(path, () => readIndexObject(bytes));
}

/** Tells which file a document's fault is in. */
export function explain<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DocumentError) throw layoutFault(path, error.message);
    throw error;
  }
}

function checkVersion(path: string): void {
  const bytes = readLayoutFile(path);
  if (bytes === undefined) throw layoutFault(path, 'is missing', HINT);
  const version = explain(path, () => readLayoutVersion(bytes));
  if (version === LAYOUT_VERSION) return;
  throw layoutFault(path, `is of version ${version}; only ${LAYOUT_VERSION} is known`, HINT);
}
