import { Readable } from 'node:stream';
import { closeFile } from '../../files/open.js';
import { readFully } from '../../files/read.js';
import { identityOf } from '../../files/stat.js';
import { LayerstreamError } from '../../ground/errors.js';
import { type FileKind, kindOfFile, nameOfKind, START_SIZE } from '../../oci/file-kind.js';
import type { FilePart } from '../../scan/spec.js';
import { type ArchiveEntry, readArchive } from '../../tar/archive.js';
import { ArchiveIndex } from '../../tar/archive-index.js';
import { BLOCK } from '../../tar/header.js';
import { isTarStart } from '../../tar/tar-start.js';
import { FORMATS, unusable } from './errors.js';
import type { BaseFiles } from './files.js';
import { type OpenBase, readUnlessAborted } from './spool.js';

/** Where a header has the type of its entry, and the type of GNU tar's sparse files (tar.h). */
const TYPE_OFFSET = 156;
const GNU_SPARSE = 0x53;

/**
 * The files of an uncompressed archive. Its descriptor is closed with them.
 *
 * @throws {LayerstreamError} `INPUT_INVALID`, `ABORTED`
 */
export async function openArchiveFiles(file: OpenBase): Promise<BaseFiles> {
  const { fd, path } = file;
  const index = await indexArchive(file);
  const { device, inode, ctime } = identityOf(fd);
  return {
    path,
    find: (name): FilePart | string | undefined => {
      const entry = index.find(name);
      if (entry === undefined) return faultOf(index.get(name));
      return { kind: 'file', fd, device, inode, ctime, path, offset: entry.offset, size: entry.size };
    },
    close: () => closeFile(fd),
  };
}

async function indexArchive(file: OpenBase): Promise<ArchiveIndex> {
  checkStart(file);
  const index = new ArchiveIndex();
  const add = async (entry: ArchiveEntry): Promise<void> => {
    if (entry.isSparse || isGnuSparse(entry, file.fd)) throw sparse(file.path, entry);
    index.add(entry);
  };
  try {
    await readArchive(Readable.from(readUnlessAborted(file), { objectMode: false }), add);
  } catch (error) {
    if (error instanceof LayerstreamError && error.code !== 'ARCHIVE_INVALID') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw unusable(file.path, `cannot be read: ${reason}`, { cause: error, hint: FORMATS });
  }
  return index;
}

const NOT_BUILT = 'It describes an image: build that first, with `layerstream FILE --output base.tar`.';
const PART = 'It is a part of an OCI image layout: name the directory that it is in.';

const HINTS: Partial<Readonly<Record<FileKind, string>>> = {
  script: 'If it streams an image, as those of streamLayeredImage do: write what it prints into a file, and name that.',
  conf: NOT_BUILT,
  description: NOT_BUILT,
  index: PART,
  'layout-file': PART,
};

/** What is no tar is named for what it is. */
function checkStart({ fd, path }: OpenBase): void {
  const start = Buffer.alloc(START_SIZE);
  const length = readFully(fd, { target: start, at: 0, length: start.length, position: 0 });
  const found = start.subarray(0, length);
  if (isTarStart(found)) return;
  const kind = kindOfFile(found, path);
  const hint = (kind === undefined ? undefined : HINTS[kind]) ?? FORMATS;
  throw unusable(path, `is ${kind === undefined ? 'not an archive' : nameOfKind(kind)}`, { hint });
}

/** The header of such an entry may go on in blocks that its size does not count: what follows cannot be read either. */
function isGnuSparse({ type, offset }: ArchiveEntry, fd: number): boolean {
  if (type !== null) return false;
  const flag = new Uint8Array(1);
  readFully(fd, { target: flag, at: 0, length: 1, position: offset - BLOCK + TYPE_OFFSET });
  return flag[0] === GNU_SPARSE;
}

function sparse(path: string, { name }: ArchiveEntry): LayerstreamError {
  return unusable(path, `cannot be read: its entry ${name} is stored as a sparse file`, {
    hint: 'Make the archive again without `tar --sparse`.',
  });
}

/** Why a name that is there leads to no file. */
function faultOf(entry: ArchiveEntry | undefined): string | undefined {
  switch (entry?.type) {
    case undefined:
      return undefined;
    case 'directory':
      return 'is a directory';
    case 'symlink':
    case 'link':
      return `is a link to ${entry.linkName}, which is no file of the archive`;
    default:
      return 'is not a regular file';
  }
}
