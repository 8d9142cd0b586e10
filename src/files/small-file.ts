import { closeSync, fstatSync, type Stats } from 'node:fs';
import { systemCode } from '../ground/errors.js';
import { exactCount } from '../ground/format.js';
import { type FilePath, type OpenOptions, openRegularFile } from './open.js';
import { readFully } from './read.js';

export interface SmallFileOptions extends OpenOptions {
  /** Bytes. */
  readonly maxSize: number;
}

export type SmallFile =
  | { readonly kind: 'read'; readonly bytes: Buffer; readonly stat: Stats }
  | { readonly kind: 'missing' }
  /** `fault` says why, of a subject named before it. */
  | { readonly kind: 'refused'; readonly fault: string };

/**
 * Reads a small file that may have been put there to do harm: it does not block, does not follow a link if so asked,
 * and does not take more memory than `maxSize`.
 *
 * @throws The system's error for a file that cannot be read.
 */
export function readSmallFile(path: FilePath, { maxSize, links }: SmallFileOptions): SmallFile {
  let fd: number | undefined;
  try {
    fd = openRegularFile(path, { links });
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return { kind: 'missing' };
    if (code === 'ELOOP') return { kind: 'refused', fault: 'is a symbolic link, not a regular file' };
    if (code === 'ENXIO') return { kind: 'refused', fault: 'is a socket, not a regular file' };
    throw error;
  }
  if (fd === undefined) return { kind: 'refused', fault: 'is not a regular file' };
  try {
    const stat = fstatSync(fd);
    if (stat.size > maxSize)
      return { kind: 'refused', fault: `has ${exactCount(stat.size, 'byte')}, more than ${maxSize}` };
    const bytes = Buffer.alloc(stat.size);
    const length = readFully(fd, { target: bytes, at: 0, length: bytes.length });
    return { kind: 'read', bytes: bytes.subarray(0, length), stat };
  } finally {
    closeSync(fd);
  }
}
