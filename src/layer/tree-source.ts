import { closeFile, openNoLink } from '../files/open.js';
import { type Reading, readFully } from '../files/read.js';
import { statOpen } from '../files/stat.js';
import type { ByteRange } from '../ground/byte-target.js';
import { asByteString, type ByteString, displayName, toFsPath } from '../ground/bytestring.js';
import { LayerstreamError, systemCode } from '../ground/errors.js';
import { exactCount } from '../ground/format.js';
import { EntryReader, encodeParents, type LayerEntry } from '../scan/entries.js';
import type { TreeContent, TreeSpec } from '../scan/spec.js';
import { fileError } from '../scan/walk.js';
import { archiveSize, EntryEncoder, paddedSize } from '../tar/header.js';
import type { ByteSource } from './byte-source.js';

/** Gives the bytes of a layer made of trees on disk. */
export class TreeSource implements ByteSource {
  readonly #spec: TreeSpec;
  readonly #entries: EntryReader;
  readonly #encoder = new EntryEncoder();
  /** Header bytes, and how many of them are given out. */
  #header: Buffer;
  #headerLength: number;
  #headerGiven = 0;
  /** The file whose body is being given out. */
  #body: OpenBody | undefined;
  /** Zeros that wait to be given out. */
  #zeros = 0;
  #entriesSize = 0;
  #ended = false;
  #touched: string | undefined;
  /** Bytes of the range that are still to be given out. */
  #rest: number;

  constructor({ spec, listings, size }: TreeContent, { start, end }: ByteRange = { start: 0, end: size }) {
    this.#spec = spec;
    this.#entries = new EntryReader(listings, spec);
    this.#header = encodeParents(spec);
    this.#headerLength = this.#header.length;
    this.#entriesSize = this.#header.length;
    this.#rest = Math.max(0, Math.min(end, size) - start);
    if (this.#rest > 0) this.#seek(start);
  }

  get touched(): string | undefined {
    return this.#touched;
  }

  read(target: Uint8Array): number {
    const room = target.length > this.#rest ? target.subarray(0, this.#rest) : target;
    let filled = 0;
    while (filled < room.length) {
      const given = this.#give(room, filled);
      if (given > 0) filled += given;
      else if (!this.#advance()) break;
    }
    this.#rest -= filled;
    // A range may end within a file.
    if (this.#rest === 0 && this.#body !== undefined) this.#endBody(this.#body);
    return filled;
  }

  close(): void {
    if (this.#body !== undefined) closeFile(this.#body.fd);
    this.#body = undefined;
  }

  /** Writes what is ready to be given out, from `at` on. Makes no views: there are several a file. */
  #give(target: Uint8Array, at: number): number {
    const room = target.length - at;
    if (this.#headerGiven < this.#headerLength) {
      const length = Math.min(room, this.#headerLength - this.#headerGiven);
      this.#header.copy(target, at, this.#headerGiven, this.#headerGiven + length);
      this.#headerGiven += length;
      return length;
    }
    if (this.#body !== undefined) return this.#readBody(this.#body, target, at);
    const zeros = Math.min(this.#zeros, room);
    target.fill(0, at, at + zeros);
    this.#zeros -= zeros;
    return zeros;
  }

  /** Goes to a byte, without reading those before it. */
  #seek(start: number): void {
    if (start < this.#headerLength) {
      this.#headerGiven = start;
      return;
    }
    this.#entriesSize += this.#entries.seek(start - this.#headerLength);
    let skip = start - this.#entriesSize;
    this.#headerGiven = this.#headerLength;
    this.#advance();
    if (this.#ended) {
      this.#zeros -= skip;
      return;
    }
    this.#headerGiven = Math.min(skip, this.#headerLength);
    skip -= this.#headerGiven;
    const body = this.#body;
    if (body === undefined || skip === 0) return;
    if (skip < body.size) {
      body.rest -= skip;
      body.position = skip;
    } else {
      this.close();
      this.#zeros = paddedSize(body.size) - skip;
    }
  }

  /** Makes the next entry, or the archive's end, ready; false when all was given out. */
  #advance(): boolean {
    if (this.#ended) return false;
    const entry = this.#entries.next();
    if (entry === undefined) {
      this.#ended = true;
      this.#zeros = archiveSize(this.#entriesSize) - this.#entriesSize;
      return true;
    }
    this.#encoder.encode(entry);
    this.#header = this.#encoder.bytes;
    this.#headerLength = this.#encoder.length;
    this.#headerGiven = 0;
    this.#entriesSize += this.#headerLength + paddedSize(entry.size);
    if (entry.kind === 'file' && entry.size > 0) this.#body = this.#open(entry);
    return true;
  }

  #open(entry: LayerEntry): OpenBody {
    const path = asByteString(this.#spec.root + entry.path);
    try {
      return { path, size: entry.size, rest: entry.size, position: undefined, fd: openNoLink(toFsPath(path)) };
    } catch (error) {
      throw bodyError(path, error);
    }
  }

  /** Reads on in the open file; at its end proves that it is the listed one, and closes it. */
  #readBody(body: OpenBody, target: Uint8Array, at: number): number {
    const wanted = Math.min(body.rest, target.length - at);
    const got = readBody(body, { target, at, length: wanted, position: body.position });
    body.rest -= got;
    if (got < wanted)
      throw changed(body.path, `it ended ${exactCount(body.rest, 'byte')} before its listed size of ${body.size}`);
    if (body.rest > 0) return got;
    this.#endBody(body);
    this.#zeros = paddedSize(body.size) - body.size;
    return got;
  }

  #endBody(body: OpenBody): void {
    this.#prove(body);
    this.close();
  }

  /** Asked after the last byte was read, so that a write meanwhile shows too. */
  #prove(body: OpenBody): void {
    const stat = statOpen(body.fd);
    const seen = this.#entries.seen;
    if (stat.ino !== seen.inode) throw changed(body.path, 'it was replaced by another file');
    if (stat.size !== BigInt(body.size)) throw changed(body.path, `its size is ${stat.size}, and was ${body.size}`);
    if (stat.ctimeNs !== seen.ctime) this.#touched ??= displayName(body.path);
  }
}

interface OpenBody {
  readonly path: ByteString;
  readonly size: number;
  readonly fd: number;
  /** Bytes not read yet. */
  rest: number;
  /** Where the next byte is, if not where the descriptor is. */
  position: number | undefined;
}

/** Bytes read: as many as fit, fewer at the file's end. */
function readBody(body: OpenBody, reading: Reading): number {
  try {
    const got = readFully(body.fd, reading);
    if (body.position !== undefined) body.position += got;
    return got;
  } catch (error) {
    throw bodyError(body.path, error);
  }
}

/** The error for a listed file that cannot be read. What cannot come from a file shows that it is none any more. */
function bodyError(path: ByteString, error: unknown): LayerstreamError {
  switch (systemCode(error)) {
    case 'ELOOP':
      return changed(path, 'it was replaced by a symbolic link');
    case 'EISDIR':
      return changed(path, 'it was replaced by a directory');
    case 'ENXIO':
      return changed(path, 'it was replaced by a socket or a device');
    default:
      return fileError(path, error);
  }
}

function changed(path: ByteString, how: string): LayerstreamError {
  const shown = displayName(path);
  return new LayerstreamError('PATH_CHANGED', `${shown} changed while the image was being built: ${how}`, {
    path: shown,
    hint: 'Store paths must not change. Build again when nothing writes to them.',
  });
}
