/**
 * Tar headers as Python's `tarfile` writes them in its pax format, which is what nixpkgs' layers are made of.
 *
 * Formats: POSIX.1-2017, `pax`, "ustar Interchange Format" and "pax Extended Header"; which values get a pax record,
 * and what then stands in the ustar field, is CPython's `TarInfo.create_pax_header`.
 */
import { type ByteString, codePoints, isAscii, isUtf8 } from '../bytestring.js';

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
  /** Where a link points; empty for others. */
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

/** Device numbers and prefix, behind these bytes of a header, are always zero here. */
const USED = 329;

const NAME_WIDTH = 100;
const OWNER_NAME_WIDTH = 32;
const MAX_ID = 0o7777777;
const MAX_NUMBER = 0o77777777777;

/** A file's body with its padding. */
export function paddedSize(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/** The whole tar's size, given the bytes of its entries: two blocks of zeros, then zeros to a whole record. */
export function archiveSize(entriesSize: number): number {
  return Math.ceil((entriesSize + 2 * BLOCK) / RECORD) * RECORD;
}

/** The length of what `encodeEntry` gives. */
export function entryHeaderSize(entry: TarEntry): number {
  const records = paxRecords(entry);
  return records === '' ? BLOCK : 2 * BLOCK + paddedSize(records.length);
}

/** The entry's blocks up to its body: the header, with a pax header before it where values need one. */
export function encodeEntry(entry: TarEntry): Buffer {
  const records = paxRecords(entry);
  if (records === '') return encodeUstar(entry);
  return Buffer.concat([
    encodePaxHeader(records.length),
    Buffer.from(records.padEnd(paddedSize(records.length), '\0'), 'latin1'),
    encodeUstar(entry),
  ]);
}

function needsTextRecord(text: ByteString, width: number): boolean {
  return text.length > width || !isAscii(text);
}

function needsNumberRecord(value: number, max: number): boolean {
  return value < 0 || value > max;
}

/** All pax records of an entry as a byte string; empty where it needs none. */
function paxRecords(entry: TarEntry): string {
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
  if (values.length === 0) return '';
  const binary = values.some(([, value]) => typeof value === 'string' && !isUtf8(value));
  const records = values.map(([keyword, value]) => paxRecord(keyword, String(value)));
  return (binary ? paxRecord('hdrcharset', 'BINARY') : '') + records.join('');
}

/** `LENGTH KEYWORD=VALUE\n`, where the length counts its own digits. */
function paxRecord(keyword: string, value: string): string {
  const rest = ` ${keyword}=${value}\n`;
  let length = rest.length + String(rest.length).length;
  if (String(length).length + rest.length > length) length++;
  return `${length}${rest}`;
}

function encodePaxHeader(size: number): Buffer {
  const header = Buffer.allocUnsafe(BLOCK).fill(0);
  header.write('././@PaxHeader', 0, 'latin1');
  writeNumbers(header, { mode: 0, uid: 0, gid: 0, size, mtime: 0 });
  return finish(header, 'x');
}

function encodeUstar(entry: TarEntry): Buffer {
  const header = Buffer.allocUnsafe(BLOCK).fill(0);
  const { owner } = entry;
  writeText(header, 0, entry.name, NAME_WIDTH);
  writeNumbers(header, { mode: entry.mode, uid: owner.uid, gid: owner.gid, size: entry.size, mtime: owner.mtime });
  writeText(header, 157, entry.target, NAME_WIDTH);
  writeText(header, 265, owner.uname, OWNER_NAME_WIDTH);
  writeText(header, 297, owner.gname, OWNER_NAME_WIDTH);
  return finish(header, TYPE_FLAGS[entry.kind]);
}

interface NumberFields {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
}

function writeNumbers(header: Buffer, numbers: NumberFields): void {
  writeOctal(header, 100, numbers.mode, 7);
  writeOctal(header, 108, needsNumberRecord(numbers.uid, MAX_ID) ? 0 : numbers.uid, 7);
  writeOctal(header, 116, needsNumberRecord(numbers.gid, MAX_ID) ? 0 : numbers.gid, 7);
  writeOctal(header, 124, needsNumberRecord(numbers.size, MAX_NUMBER) ? 0 : numbers.size, 11);
  writeOctal(header, 136, needsNumberRecord(numbers.mtime, MAX_NUMBER) ? 0 : numbers.mtime, 11);
}

/** Octal digits, with leading zeros; the NUL behind them is there already. */
function writeOctal(header: Buffer, offset: number, value: number, digits: number): void {
  let rest = value;
  for (let at = offset + digits - 1; at >= offset; at--) {
    header[at] = 0x30 + (rest % 8);
    rest = Math.floor(rest / 8);
  }
}

/** Text that is not ASCII is in the pax records; here each of its code points outside ASCII shows as `?`. */
function writeText(header: Buffer, offset: number, text: ByteString, width: number): void {
  if (isAscii(text)) {
    header.write(text, offset, Math.min(width, text.length), 'latin1');
    return;
  }
  const points = codePoints(text).slice(0, width);
  points.forEach((point, i) => {
    header[offset + i] = point < 0x80 ? point : 0x3f;
  });
}

/** Writes what all headers share, and the checksum: the sum of all bytes, its own field counted as spaces. */
function finish(header: Buffer, typeFlag: string): Buffer {
  header.write(typeFlag, 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  header.fill(0x20, 148, 156);
  let sum = 0;
  for (let i = 0; i < USED; i++) sum += header[i] ?? 0;
  writeOctal(header, 148, sum, 6);
  header[154] = 0;
  return header;
}
