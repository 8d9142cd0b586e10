/** Reads a directory that is an OCI image layout. Follows no link below it, and opens only regular files. */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lstatIfThere } from '../files/stat.js';
import { LayerstreamError } from '../ground/errors.js';
import type { IndexedEntry } from '../tar/archive-index.js';
import type { Contents } from './contents.js';
import { type FileToRead, type ReadFilesOptions, readFiles } from './file-readers.js';
import { isFile } from './hashed-file.js';

/** The files of a layout next to its blobs. Docker adds a `manifest.json`. */
const DOCUMENTS: ReadonlySet<string> = new Set(['oci-layout', 'index.json', 'manifest.json']);

/** Hashes the files of a layout, and adds them in the order of their names. */
export async function readLayoutDirectory(path: string, contents: Contents, options: ReadFilesOptions): Promise<void> {
  const entries = await listLayout(path);
  const toRead = entries.filter(isFile).map((entry): FileToRead => {
    const place = { path: join(path, entry.name) };
    return { entry, place, size: lstatIfThere(place.path)?.size ?? 0 };
  });
  options.reading.expect(toRead.reduce((total, { size }) => total + size, 0));
  const files = (await readFiles(toRead, contents, options)).values();
  for (const entry of entries) {
    const file = isFile(entry) ? files.next().value : undefined;
    contents.add(file ?? (await contents.withoutBytes(entry)));
  }
}

async function listLayout(path: string): Promise<IndexedEntry[]> {
  const top = (await list(path, '')).filter(({ name }) => DOCUMENTS.has(name) || name === 'blobs');
  if (!top.some(({ name }) => name === 'oci-layout' || name === 'index.json')) {
    throw new LayerstreamError(
      'INPUT_INVALID',
      `${path} is no OCI image layout: it has neither oci-layout nor index.json`,
      {
        path,
        hint: 'Name the directory that holds index.json, or an archive.',
      },
    );
  }
  const found: IndexedEntry[] = [];
  for (const entry of top) {
    if (entry.name !== 'blobs' || entry.type !== 'directory') found.push(entry);
    else
      for (const algorithm of await list(path, 'blobs')) {
        found.push(...(algorithm.type === 'directory' ? await list(path, algorithm.name) : [algorithm]));
      }
  }
  return found;
}

/** The entries of a folder of the layout, sorted. Names begin at the layout's root. */
async function list(path: string, folder: string): Promise<IndexedEntry[]> {
  const found = await readdir(join(path, folder), { withFileTypes: true });
  const entries = found.map((entry) => {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return { name, type: typeOf(entry), linkName: '' };
  });
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The same names as for entries of archives. */
function typeOf(entry: Dirent): string {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  if (entry.isSymbolicLink()) return 'symlink';
  if (entry.isFIFO()) return 'fifo';
  return entry.isSocket() ? 'socket' : 'device';
}
