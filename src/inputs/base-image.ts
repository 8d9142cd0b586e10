import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, read, readSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { outputError, writeFully } from '../files/output.js';
import { textToFsPath } from '../ground/bytestring.js';
import { LayerstreamError, systemReason } from '../ground/errors.js';
import type { Digest } from '../oci/digest.js';
import { readImageConfig, readManifest } from '../oci/docker-documents.js';
import { DocumentError } from '../oci/document.js';
import type { FileContent } from '../scan/spec.js';
import { readArchive } from '../tar/archive.js';
import { ArchiveIndex } from '../tar/archive-index.js';
import { detectCompression, MAGIC_LENGTH, unsupportedCompression } from '../tar/compression.js';

const readAsync = promisify(read);

const CHUNK_SIZE = 256 * 1024;

/** No image config of the real world comes near this many bytes. */
const MAX_DOCUMENT = 64 * 1024 * 1024;

/** A docker-archive to build upon, opened. */
export interface BaseImage {
  readonly layers: readonly BaseLayer[];
  /** `Env` of its run configuration. */
  readonly env: readonly string[];
  close(): void;
}

export interface BaseLayer {
  /** Its name in the archive. */
  readonly name: string;
  /** What the base's config says that it is; to be checked when it is copied. */
  readonly diffId: Digest;
  readonly content: FileContent;
}

/**
 * Opens a base image and reads what it says of itself. A gzipped one is decompressed into a nameless temporary file,
 * since its layers may be wanted in another order than theirs in the archive.
 *
 * @throws {LayerstreamError} `INPUT_INVALID` where it is no whole docker-archive, or compressed with anything else.
 */
export async function openBaseImage(path: string): Promise<BaseImage> {
  let fd = openBase(path);
  try {
    const compression = detectCompression(readAt(fd, 0, MAGIC_LENGTH, path));
    if (compression === 'gzip') fd = await spool(fd, path);
    else if (compression !== 'none') throw unsupportedCompression(path, compression);
    return await readBase(fd, path);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function openBase(path: string): number {
  let fd: number | undefined;
  try {
    // A fifo must not block the thread until somebody writes to it.
    fd = openSync(textToFsPath(path), constants.O_RDONLY | constants.O_NONBLOCK);
    if (fstatSync(fd).isFile()) return fd;
  } catch (error) {
    throw unreadable(path, error);
  }
  closeSync(fd);
  throw new LayerstreamError('INPUT_INVALID', `base image ${path} is not a file`, {
    path,
    hint: 'It must be a docker-archive in one file, as `docker save` writes it.',
  });
}

/** Decompresses a file into one without a name, which goes with its descriptor. Closes the compressed one. */
async function spool(fd: number, path: string): Promise<number> {
  const temporary = join(tmpdir(), `layerstream-${randomBytes(8).toString('hex')}`);
  const name = `a temporary file in ${tmpdir()}`;
  const plain = openNameless(temporary, name);
  try {
    await pipeline(readChunks(fd), createGunzip(), async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) await writeFully(plain, chunk, name);
    });
  } catch (error) {
    closeSync(plain);
    if (error instanceof LayerstreamError) throw error;
    throw new LayerstreamError('INPUT_INVALID', `base image ${path} cannot be decompressed: ${systemReason(error)}`, {
      path,
      cause: error,
    });
  }
  closeSync(fd);
  return plain;
}

function openNameless(path: string, name: string): number {
  try {
    const fd = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return fd;
  } catch (error) {
    throw outputError(name, error);
  }
}

async function readBase(fd: number, path: string): Promise<BaseImage> {
  const index = await indexArchive(fd, path);
  const document = <T>(name: string, read: (bytes: Uint8Array) => T): T => {
    const entry = index.find(name);
    if (entry === undefined) throw malformed(path, `it has no ${name}`);
    if (entry.size > MAX_DOCUMENT) throw malformed(path, `its ${name} is ${entry.size} bytes long`);
    try {
      return read(readAt(fd, entry.offset, entry.size, path));
    } catch (error) {
      throw error instanceof DocumentError ? malformed(path, `its ${name} ${error.message}`) : error;
    }
  };
  // Of several images in one archive nixpkgs takes the first.
  const [image] = document('manifest.json', readManifest);
  if (image === undefined) throw malformed(path, 'its manifest.json lists no image');
  const config = document(image.config, readImageConfig);
  if (config.diffIds.length !== image.layers.length) {
    const counts = `${image.layers.length} layers, and its config ${config.diffIds.length}`;
    throw malformed(path, `its manifest.json lists ${counts}`);
  }
  const { dev: device, ino: inode, ctimeNs: ctime } = fstatSync(fd, { bigint: true });
  const file = { kind: 'file', fd, device, inode, ctime, path } as const;
  const layers = config.diffIds.map((diffId, i): BaseLayer => {
    const name = image.layers[i] ?? '';
    const entry = index.find(name);
    if (entry === undefined) throw malformed(path, `its layer ${i + 1} of ${image.layers.length}, ${name}, is missing`);
    return { name, diffId, content: { ...file, offset: entry.offset, size: entry.size } };
  });
  return { layers, env: config.env, close: () => closeSync(fd) };
}

async function indexArchive(fd: number, path: string): Promise<ArchiveIndex> {
  const index = new ArchiveIndex();
  try {
    await readArchive(Readable.from(readChunks(fd), { objectMode: false }), async (entry) => index.add(entry));
  } catch (error) {
    throw malformed(path, error instanceof Error ? error.message : String(error), error);
  }
  return index;
}

/** The file's bytes from its start; unlike a stream of `node:fs` it leaves the descriptor open. */
async function* readChunks(fd: number): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await readAsync(fd, Buffer.allocUnsafeSlow(CHUNK_SIZE), 0, CHUNK_SIZE, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Fewer bytes than asked for where the file ends. */
function readAt(fd: number, offset: number, length: number, path: string): Uint8Array {
  const bytes = Buffer.alloc(length);
  try {
    let done = 0;
    for (let got = -1; done < length && got !== 0; done += got) {
      got = readSync(fd, bytes, done, length - done, offset + done);
    }
    return bytes.subarray(0, done);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): LayerstreamError {
  const message = `base image ${path} cannot be read: ${systemReason(cause)}`;
  return new LayerstreamError('INPUT_INVALID', message, { path, cause });
}

function malformed(path: string, what: string, cause?: unknown): LayerstreamError {
  return new LayerstreamError('INPUT_INVALID', `base image ${path} is not a whole docker-archive: ${what}`, {
    path,
    cause,
    hint: 'Make it anew, with `docker save` or `skopeo copy … docker-archive:FILE`.',
  });
}
