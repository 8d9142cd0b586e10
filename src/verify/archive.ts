/** Reads the archive of an image: from a stream, or from a file, of whose parts each thread then reads its own. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { closeFile, openRegularFile } from '../files/open.js';
import { readFully } from '../files/read.js';
import { statOpen } from '../files/stat.js';
import { START_SIZE } from '../oci/file-kind.js';
import { type ArchiveEntry, readArchive } from '../tar/archive.js';
import { detectCompression } from '../tar/compression.js';
import { decompress } from '../tar/decompress.js';
import { isTarStart } from '../tar/tar-start.js';
import type { Contents } from './contents.js';
import { type FileToRead, type ReadFilesOptions, readFiles } from './file-readers.js';
import { isFile } from './hashed-file.js';
import { checkKind } from './wrong-kind.js';

const CHUNK_SIZE = 1024 * 1024;

/** Stands for the bytes of files when only headers are read. */
const UNREAD = Buffer.alloc(CHUNK_SIZE);

interface Options extends ReadFilesOptions {
  /** For messages. */
  readonly name: string;
}

/** Reads a file, or what else is at a path. @throws {LayerstreamError} as `readArchiveStream`, and the system's error */
export async function readArchiveFile(path: string, contents: Contents, options: Options): Promise<void> {
  const fd = openRegularFile(path, { links: 'follow' });
  if (fd === undefined) return readArchiveStream(openStream(path), contents, options);
  try {
    const size = Number(statOpen(fd).size);
    options.reading.expect(size);
    const start = Buffer.alloc(Math.min(START_SIZE, size));
    readFully(fd, { target: start, at: 0, length: start.length, position: 0 });
    if (detectCompression(start) !== 'none') return await readArchiveStream(openStream(path), contents, options);
    checkKind(start, options.name);
    await readParts({ fd, size }, contents, options);
  } finally {
    closeFile(fd);
  }
}

/**
 * Reads a stream, plain or compressed, on this thread: nothing of it can be read twice, or in another order.
 *
 * @throws {LayerstreamError} `ARCHIVE_INVALID`, `INPUT_INVALID`
 */
export async function readArchiveStream(
  input: Readable,
  contents: Contents,
  { name, reading }: Pick<Options, 'name' | 'reading'>,
): Promise<void> {
  // Whoever reads it gets its chunks; to listen must not start it.
  input.on('data', (chunk: Uint8Array) => reading.add(chunk.length)).pause();
  const plain = await decompress(input, name);
  await readArchive(Readable.from(tarOnly(plain, name), { objectMode: false }), async (entry, body) => {
    contents.add(await contents.hash(entry, body));
  });
}

function openStream(path: string): Readable {
  return createReadStream(path, { highWaterMark: CHUNK_SIZE });
}

async function* tarOnly(input: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of input) {
    if (start === undefined) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < START_SIZE && !isTarStart(start)) continue;
    checkKind(start, name);
    yield start;
    start = undefined;
  }
  if (start === undefined) return;
  checkKind(start, name);
  yield start;
}

/** Reads the headers here, and the bytes of the files on all threads. */
async function readParts(
  { fd, size }: { readonly fd: number; readonly size: number },
  contents: Contents,
  options: Options,
): Promise<void> {
  const entries: ArchiveEntry[] = [];
  const skip = { until: 0 };
  await readArchive(Readable.from(headers({ fd, size, skip }), { objectMode: false }), async (entry) => {
    entries.push(entry);
    skip.until = entry.offset + entry.size;
  });
  const parts = entries.filter(isFile).map((entry): FileToRead => {
    return { entry, place: { fd, offset: entry.offset, size: entry.size }, size: entry.size };
  });
  const files = (await readFiles(parts, contents, options)).values();
  for (const entry of entries) {
    const file = isFile(entry) ? files.next().value : undefined;
    contents.add(file ?? (await contents.withoutBytes(entry)));
  }
}

interface Headers {
  readonly fd: number;
  readonly size: number;
  /** The bytes up to there are those of a file. */
  readonly skip: { readonly until: number };
}

/** The bytes of an archive, but for those of files, most of which are neither read nor looked at. */
async function* headers({ fd, size, skip }: Headers): AsyncGenerator<Uint8Array> {
  for (let position = 0; position < size; ) {
    const unread = Math.min(skip.until, size) - position;
    if (unread > 0) {
      const length = Math.min(unread, UNREAD.length);
      position += length;
      yield UNREAD.subarray(0, length);
      continue;
    }
    const target = Buffer.allocUnsafeSlow(Math.min(START_SIZE, size - position));
    const length = readFully(fd, { target, at: 0, length: target.length, position });
    if (length === 0) return;
    position += length;
    yield target.subarray(0, length);
  }
}
