import { Readable } from 'node:stream';
import { closeFile, openRegularFile } from '../files/open.js';
import { readFully } from '../files/read.js';
import { identityOf } from '../files/stat.js';
import { textToFsPath } from '../ground/bytestring.js';
import { LayerstreamError, systemReason } from '../ground/errors.js';
import { exactCount } from '../ground/format.js';
import { readImageConfig } from '../oci/config.js';
import type { Digest } from '../oci/digest.js';
import { readDockerManifest } from '../oci/docker-manifest.js';
import { DocumentError } from '../oci/document.js';
import type { FilePart } from '../scan/spec.js';
import { readArchive } from '../tar/archive.js';
import { ArchiveIndex } from '../tar/archive-index.js';
import { detectCompression, MAGIC_LENGTH, unsupportedCompression } from '../tar/compression.js';
import { type OpenBase, readUnlessAborted, spool } from './spool.js';

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
  readonly part: FilePart;
}

/**
 * Opens a base image and reads what it says of itself. A gzipped one is decompressed into a nameless temporary file,
 * since its layers may be wanted in another order than theirs in the archive.
 *
 * @throws {LayerstreamError} `INPUT_INVALID` where it is no whole docker-archive, or compressed with anything else;
 *   `ABORTED`. Then nothing stays open.
 */
export async function openBaseImage(
  path: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<BaseImage> {
  let file: OpenBase = { fd: openBase(path), path, signal };
  try {
    const compression = detectCompression(readAt(file, 0, MAGIC_LENGTH));
    if (compression === 'gzip') file = { ...file, fd: await spool(file) };
    else if (compression !== 'none') throw unsupportedCompression(path, compression);
    return await readBase(file);
  } catch (error) {
    closeFile(file.fd);
    throw error;
  }
}

function openBase(path: string): number {
  let fd: number | undefined;
  try {
    fd = openRegularFile(textToFsPath(path), { links: 'follow' });
  } catch (error) {
    throw unreadable(path, error);
  }
  if (fd !== undefined) return fd;
  throw new LayerstreamError('INPUT_INVALID', `base image ${path} is not a file`, {
    path,
    hint: 'It must be a docker-archive in one file, as `docker save` writes it.',
  });
}

async function readBase(file: OpenBase): Promise<BaseImage> {
  const { fd, path } = file;
  const index = await indexArchive(file);
  const document = <T>(name: string, read: (bytes: Uint8Array) => T): T => {
    const entry = index.find(name);
    if (entry === undefined) throw malformed(path, `it has no ${name}`);
    if (entry.size > MAX_DOCUMENT) throw malformed(path, `its ${name} is ${exactCount(entry.size, 'byte')} long`);
    try {
      return read(readAt(file, entry.offset, entry.size));
    } catch (error) {
      throw error instanceof DocumentError ? malformed(path, `its ${name} ${error.message}`) : error;
    }
  };
  // Of several images in one archive nixpkgs takes the first.
  const [image] = document('manifest.json', readDockerManifest);
  if (image === undefined) throw malformed(path, 'its manifest.json lists no image');
  const config = document(image.config, readImageConfig);
  if (config.diffIds.length !== image.layers.length) {
    const counts = `${exactCount(image.layers.length, 'layer')}, and its config ${config.diffIds.length}`;
    throw malformed(path, `its manifest.json lists ${counts}`);
  }
  const { device, inode, ctime } = identityOf(fd);
  const content = { kind: 'file', fd, device, inode, ctime, path } as const;
  const layers = config.diffIds.map((diffId, i): BaseLayer => {
    const name = image.layers[i] ?? '';
    const entry = index.find(name);
    if (entry === undefined) throw malformed(path, `its layer ${i + 1} of ${image.layers.length}, ${name}, is missing`);
    return { name, diffId, part: { ...content, offset: entry.offset, size: entry.size } };
  });
  return { layers, env: config.env, close: () => closeFile(fd) };
}

async function indexArchive(file: OpenBase): Promise<ArchiveIndex> {
  const index = new ArchiveIndex();
  try {
    await readArchive(Readable.from(readUnlessAborted(file), { objectMode: false }), async (entry) => index.add(entry));
  } catch (error) {
    if (error instanceof LayerstreamError && error.code === 'ABORTED') throw error;
    throw malformed(file.path, error instanceof Error ? error.message : String(error), error);
  }
  return index;
}

/** Fewer bytes than asked for where the file ends. */
function readAt({ fd, path }: OpenBase, offset: number, length: number): Uint8Array {
  const bytes = Buffer.alloc(length);
  try {
    return bytes.subarray(0, readFully(fd, { target: bytes, at: 0, length, position: offset }));
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
    hint: 'Make it again, with `docker save` or `skopeo copy … docker-archive:FILE`.',
  });
}
