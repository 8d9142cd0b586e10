/** Reads a directory that is an OCI image layout. Follows no link below it, and opens only regular files. */
import { constants, type Dirent } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LayerstreamError, systemCode, systemReason } from '../ground/errors.js';
import type { IndexedEntry } from '../tar/archive-index.js';
import type { Contents } from './contents.js';
import type { HashedFile } from './hashed-file.js';

/** The files of a layout next to its blobs. Docker adds a `manifest.json`. */
const DOCUMENTS: ReadonlySet<string> = new Set(['oci-layout', 'index.json', 'manifest.json']);

/**
 * Files that are read at the same time. One thread hashes them, and the four threads of libuv read and decompress them.
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

interface Reading {
  readonly path: string;
  readonly entry: IndexedEntry;
  /** The buffer to read into. */
  readonly chunk: Buffer;
}

/** A file that cannot be read is a mismatch: the others are still checked. */
async function hashEntry({ path, entry, chunk }: Reading, contents: Contents): Promise<HashedFile> {
  if (entry.type !== 'file') return contents.hash(entry, nothing());
  try {
    // If the file was replaced since it was listed, a link must not be followed and a fifo must not block.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!(await file.stat()).isFile()) return await contents.hash({ ...entry, type: 'device' }, nothing());
      return await contents.hash(entry, readChunks(file, chunk));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    contents.findings.mismatches.push(`${entry.name} cannot be read: ${systemReason(error)}`);
    return contents.hash({ ...entry, type: 'unreadable' }, nothing());
  }
}

/** Each chunk overwrites the one before. */
async function* readChunks(file: FileHandle, chunk: Buffer): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length);
    if (bytesRead === 0) return;
    yield chunk.subarray(0, bytesRead);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
