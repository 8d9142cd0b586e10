/**
 * Tar headers as Python's `tarfile` writes them in its pax format: nixpkgs makes its layers with it.
 *
 * The formats are those of POSIX.1-2017, `pax`, "ustar Interchange Format" and "pax Extended Header". CPython's
 * `TarInfo.create_pax_header` decides which values get a pax record, and what the ustar field then holds.
 */
import { asByteString, type ByteString, codePoints, isAscii, isUtf8 } from '../ground/bytestring.js';

/** Tar's unit: headers fill one block, bodies whole blocks. */
export const BLOCK = 512;

/** Archives are padded to whole records. */
const RECORD = 20 * BLOCK;

export type EntryKind = 'file' | 'directory' | 'symlink';

export interface TarEntry {
  readonly kind: EntryKind;
  /** A directory's ends in `/`. */
  readonly name: ByteString;
  /** Low 12 bits. */
  readonly mode: number;
  /** Bytes of the body. */
  readonly size: number;
  /** Where a symlink points; empty for other kinds. */
  readonly target: ByteString;
  readonly owner: EntryOwner;
}

export interface EntryOwner {
  /** Whole seconds since the epoch. */
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
  readonly uname: ByteString;
  readonly gname: ByteString;
}

const TYPE_FLAGS: Readonly<Record<EntryKind, string>> = { file: '0', directory: '5', symlink: '2' };

/** Magic and version. */
const MAGIC = asByteString('ustar\x0000');

/** Python's name for the entry that holds the records of the next one. */
const PAX_NAME = asByteString('././@PaxHeader');

const NAME_WIDTH = 100;
const OWNER_NAME_WIDTH = 32;
const MAX_ID = 0o7777777;
const MAX_NUMBER = 0o77777777777;

/** Bytes of a body with its padding. */
export function paddedSize(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/** Bytes of a tar whose entries have so many: two blocks of zeros follow, then zeros up to a whole record. */
export function archiveSize(entriesSize: number): number {
  return Math.ceil((entriesSize + 2 * BLOCK) / RECORD) * RECORD;
}

/** The length of what `encodeEntry` returns. */
export function entryHeaderSize(entry: TarEntry): number {
  const records = paxRecords(entry);
  return records === '' ? BLOCK : 2 * BLOCK + paddedSize(records.length);
}

/** An entry's blocks before its body: the header, and before it a pax header if a value needs one. */
export function encodeEntry(entry: TarEntry): Buffer {
  const encoder = new EntryEncoder();
  encoder.encode(entry);
  return encoder.bytes.subarray(0, encoder.length);
}

/** Does what `encodeEntry` does, entry after entry in the same memory. */
export class EntryEncoder {
  #bytes = Buffer.allocUnsafeSlow(4 * BLOCK);
  #length = 0;

  /** Begins with the blocks of the last entry. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** How many of the bytes belong to the last entry. */
  get length(): number {
    return this.#length;
  }

  encode(entry: TarEntry): void {
    const records = paxRecords(entry);
    const start = records === '' ? 0 : BLOCK + paddedSize(records.length);
    this.#length = start + BLOCK;
    if (this.#bytes.length < this.#length) this.#bytes = Buffer.allocUnsafeSlow(this.#length);
    this.#bytes.fill(0, 0, this.#length);
    if (records !== '') {
      writePaxHeader(this.#bytes, records.length);
      this.#bytes.write(records, BLOCK, 'latin1');
    }
    writeUstar(this.#bytes, start, entry);
  }
}

function needsRecords({ name, target, size, owner }: TarEntry): boolean {
  return (
    needsTextRecord(name, NAME_WIDTH) ||
    needsTextRecord(target, NAME_WIDTH) ||
    needsTextRecord(owner.uname, OWNER_NAME_WIDTH) ||
    needsTextRecord(owner.gname, OWNER_NAME_WIDTH) ||
    needsNumberRecord(owner.uid, MAX_ID) ||
    needsNumberRecord(owner.gid, MAX_ID) ||
    needsNumberRecord(size, MAX_NUMBER) ||
    needsNumberRecord(owner.mtime, MAX_NUMBER)
  );
}

function needsTextRecord(text: ByteString, width: number): boolean {
  return text.length > width || !isAscii(text);
}

function needsNumberRecord(value: number, max: number): boolean {
  return value < 0 || value > max;
}

/** All pax records of an entry as a byte string; empty if it needs none. */
function paxRecords(entry: TarEntry): string {
  if (!needsRecords(entry)) return '';
  const { owner } = entry;
  const values: [keyword: string, value: ByteString | number][] = [];
  if (needsTextRecord(entry.name, NAME_WIDTH)) values.push(['path', entry.name]);
  if (needsTextRecord(entry.target, NAME_WIDTH)) values.push(['linkpath', entry.target]);
  if (needsTextRecord(owner.uname, OWNER_NAME_WIDTH)) values.push(['uname', owner.uname]);
  if (needsTextRecord(owner.gname, OWNER_NAME_WIDTH)) values.push(['gname', owner.gname]);
  if (needsNumberRecord(owner.uid, MAX_ID)) values.push(['uid', owner.uid]);
  if (needsNumberRecord(owner.gid, MAX_ID)) values.push(['gid', owner.gid]);
  if (needsNumberRecord(entry.size, MAX_NUMBER)) values.push(['size', entry.size]);
  if (needsNumberRecord(owner.mtime, MAX_NUMBER)) values.push(['mtime', owner.mtime]);
  const binary = values.some(([, value]) => typeof value === 'string' && !isUtf8(value));
  const records = values.map(([keyword, value]) => paxRecord(keyword, String(value)));
  return (binary ? paxRecord('hdrcharset', 'BINARY') : '') + records.join('');
}

/** `LENGTH KEYWORD=VALUE\n`; the length counts its own digits too. */
function paxRecord(keyword: string, value: string): string {
  const rest = ` ${keyword}=${value}\n`;
  let length = rest.length + String(rest.length).length;
  if (String(length).length + rest.length > length) length++;
  return `${length}${rest}`;
}

/**
 * Like all writers of fields below, it writes over zeros, and returns the sum of the bytes that it wrote: the checksum
 * of a header is made of these sums.
 */
function writePaxHeader(bytes: Buffer, size: number): void {
  const sum =
    writeText(bytes, { at: 0, width: NAME_WIDTH }, PAX_NAME) +
    writeNumbers(bytes, 0, { mode: 0, uid: 0, gid: 0, size, mtime: 0 });
  finish(bytes, { start: 0, typeFlag: 'x', sum });
}

function writeUstar(bytes: Buffer, start: number, entry: TarEntry): void {
  const { mode, size, owner } = entry;
  const sum =
    writeText(bytes, { at: start, width: NAME_WIDTH }, entry.name) +
    writeNumbers(bytes, start, { mode, uid: owner.uid, gid: owner.gid, size, mtime: owner.mtime }) +
    writeText(bytes, { at: start + 157, width: NAME_WIDTH }, entry.target) +
    writeText(bytes, { at: start + 265, width: OWNER_NAME_WIDTH }, owner.uname) +
    writeText(bytes, { at: start + 297, width: OWNER_NAME_WIDTH }, owner.gname);
  finish(bytes, { start, typeFlag: TYPE_FLAGS[entry.kind], sum });
}

interface NumberFields {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
}

function writeNumbers(bytes: Buffer, start: number, { mode, uid, gid, size, mtime }: NumberFields): number {
  return (
    writeOctal(bytes, { at: start + 100, width: 7 }, mode) +
    writeOctal(bytes, { at: start + 108, width: 7 }, needsNumberRecord(uid, MAX_ID) ? 0 : uid) +
    writeOctal(bytes, { at: start + 116, width: 7 }, needsNumberRecord(gid, MAX_ID) ? 0 : gid) +
    writeOctal(bytes, { at: start + 124, width: 11 }, needsNumberRecord(size, MAX_NUMBER) ? 0 : size) +
    writeOctal(bytes, { at: start + 136, width: 11 }, needsNumberRecord(mtime, MAX_NUMBER) ? 0 : mtime)
  );
}

interface Field {
  readonly at: number;
  readonly width: number;
}

/** Writes octal digits, with leading zeros; the NUL after them is there already. */
function writeOctal(bytes: Buffer, { at, width }: Field, value: number): number {
  let sum = width * 0x30;
  let rest = value;
  for (let i = at + width - 1; i >= at; i--) {
    const next = Math.floor(rest / 8);
    const digit = rest - 8 * next;
    bytes[i] = 0x30 + digit;
    sum += digit;
    rest = next;
  }
  return sum;
}

/** Text that is not ASCII has a pax record; the field has a `?` for each code point outside ASCII. */
function writeText(bytes: Buffer, { at, width }: Field, text: ByteString): number {
  if (!isAscii(text)) return writeText(bytes, { at, width }, questionMarks(text));
  const length = Math.min(width, text.length);
  let sum = 0;
  // Calling native code would cost more than writing so few bytes.
  for (let i = 0; i < length; i++) {
    const byte = text.charCodeAt(i);
    bytes[at + i] = byte;
    sum += byte;
  }
  return sum;
}

function questionMarks(text: ByteString): ByteString {
  return asByteString(
    codePoints(text)
      .map((point) => (point < 0x80 ? String.fromCharCode(point) : '?'))
      .join(''),
  );
}

/** Writes what all headers share, and the checksum: the sum of all bytes, with its own field counted as spaces. */
function finish(bytes: Buffer, { start, typeFlag, sum }: { start: number; typeFlag: string; sum: number }): void {
  const shared =
    writeText(bytes, { at: start + 156, width: 1 }, asByteString(typeFlag)) +
    writeText(bytes, { at: start + 257, width: MAGIC.length }, MAGIC);
  writeOctal(bytes, { at: start + 148, width: 6 }, sum + shared + 8 * 0x20);
  bytes[start + 155] = 0x20;
}
