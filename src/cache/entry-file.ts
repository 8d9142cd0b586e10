/**
 * Entries as files: read with distrust, written whole or not at all.
 */
import {
  closeSync,
  constants,
  fstatSync,
  futimesSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { temporaryPath } from './layout.js';
import { distrust } from './trust.js';

/** Bytes. An entry with as many blobs as can be needs a tenth of it. */
const MAX_SIZE = 64 * 1024;

/** Milliseconds. To note each use would write at each hit. */
const TOUCH_INTERVAL = 24 * 60 * 60 * 1000;

/** A link must not be followed, nor may a fifo block the thread. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The text of an entry, whose use is noted in its time; undefined where there is no file, or none to be believed: what
 * is no regular file, is too large, or may have been written by another user.
 */
export function readEntry(path: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, READ_FLAGS);
  } catch {
    // Missing, a link, a socket or not readable: no entry in any case.
    return undefined;
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.size > MAX_SIZE || distrust(stat) !== undefined) return undefined;
    const bytes = Buffer.alloc(stat.size);
    const count = readSync(fd, bytes, 0, bytes.length, 0);
    if (Math.abs(Date.now() - stat.mtimeMs) > TOUCH_INTERVAL) touch(fd);
    return bytes.toString('utf8', 0, count);
  } catch {
    // A disk that fails to give an entry has none.
    return undefined;
  } finally {
    closeSync(fd);
  }
}

function touch(fd: number): void {
  try {
    const now = new Date();
    futimesSync(fd, now, now);
  } catch {
    // Read-only, or root's: then the entry is as old as it looks.
  }
}

/**
 * Puts an entry into its directory, in place of whatever stands there but a directory. Not synced: an entry that a
 * crash tears does not match its checksum.
 *
 * @throws The system's error; nothing is left behind.
 */
export function writeEntry(shard: string, path: string, text: string): void {
  const temporary = temporaryPath(shard);
  const fd = openSync(temporary, 'wx', 0o600);
  try {
    try {
      writeFully(fd, Buffer.from(text));
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    discard(temporary);
    throw error;
  }
}

function writeFully(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

function discard(temporary: string): void {
  try {
    unlinkSync(temporary);
  } catch {
    // The first failure must not be hidden; pruning removes what stays.
  }
}
