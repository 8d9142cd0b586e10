import { BLOCK } from './header.js';

/** Where a header has its checksum (POSIX.1-2017, "ustar Interchange Format"). */
const CHECKSUM = { start: 148, end: 156 } as const;
const SPACE = 0x20;

/** Whether bytes begin with a tar header of any format, or with a block of zeros, which ends a tar. */
export function isTarStart(bytes: Uint8Array): boolean {
  if (bytes.length < BLOCK) return false;
  const header = bytes.subarray(0, BLOCK);
  if (header.every((byte) => byte === 0)) return true;
  const sum = header.reduce((total, byte, i) => total + (i >= CHECKSUM.start && i < CHECKSUM.end ? SPACE : byte), 0);
  const text = Buffer.from(header.subarray(CHECKSUM.start, CHECKSUM.end)).toString('latin1');
  return Number.parseInt(text.replace(/^[ \0]+/, ''), 8) === sum;
}
