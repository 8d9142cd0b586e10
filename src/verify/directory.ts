/** Reads a directory that is an OCI image layout. Follows no link below it, and opens only regular files. */
import { constants, type Dirent } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LayerstreamError, systemCode, systemReason } from '../ground/errors.js';
import type { IndexedEntry } from '../tar/archive-index.js';
import type { Contents, HashedFile } from './contents.js';

/** What a layout has beside its blobs; Docker puts a `manifest.json` there too. */
const DOCUMENTS: ReadonlySet<string> = new Set(['oci-layout', 'index.json', 'manifest.json']);

/**
 * Files that are read at a time. SHA-256 is computed in one thread, but reading and decompressing are done by the four
 * that libuv has.
 */
const LANES = 4;
const CHUNK_SIZE = 1024 * 1024;

/** Hashes the files of a layout, and adds them in the order of their names. */
export async function readLayoutDirectory(path: string, contents: Contents): Promise<void> {
  const entries = await listLayout(path);
  const files: HashedFile[] = [];
  const pending = entries.entries();
  const lane = async (): Promise<void> => {
    const chunk = Buffer.allocUnsafeSlow(CHUNK_SIZE);
    for (const [i, entry] of pending)
      files[i] = await hashEntry({ path: join(path, entry.name), entry, chunk }, contents);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  for (const file of files) contents.add(file);
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

/** What lies in a folder of the layout, sorted, with names from the layout's root. */
async function list(path: string, folder: string): Promise<IndexedEntry[]> {
  const found = await readdir(join(path, folder), { withFileTypes: true });
  const entries = found.map((entry) => {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return { name, type: typeOf(entry), linkName: '' };
  });
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Called as in archives. */
function typeOf(entry: Dirent): string {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  if (entry.isSymbolicLink()) return 'symlink';
  if (entry.isFIFO()) return 'fifo';
  return entry.isSocket() ? 'socket' : 'device';
}

interface Reading {
  readonly path: string;
  readonly entry: IndexedEntry;
  /** To read into. */
  readonly chunk: Buffer;
}

/** One that cannot be read is told, and hides nothing of the others. */
async function hashEntry({ path, entry, chunk }: Reading, contents: Contents): Promise<HashedFile> {
  if (entry.type !== 'file') return contents.sum(entry, nothing());
  try {
    // What took the file's place since must neither be followed nor block.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!(await file.stat()).isFile()) return await contents.sum({ ...entry, type: 'device' }, nothing());
      return await contents.sum(entry, readChunks(file, chunk));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    contents.mismatches.push(`${entry.name} cannot be read: ${systemReason(error)}`);
    return contents.sum({ ...entry, type: 'unreadable' }, nothing());
  }
}

/** Each chunk takes the place of the one before. */
async function* readChunks(file: FileHandle, chunk: Buffer): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length);
    if (bytesRead === 0) return;
    yield chunk.subarray(0, bytesRead);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
