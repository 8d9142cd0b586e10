/**
 * Entries as files: read with distrust, written whole or not at all.
 */
import { readSmallFile } from '../files/small-file.js';
import { replaceFile, touch } from '../files/whole-file.js';
import { temporaryEntryPath } from './directory.js';
import { distrust } from './trust.js';

/** Bytes. An entry with as many blobs as can be needs a tenth of it. */
const MAX_SIZE = 64 * 1024;

/** Milliseconds. To note each use would write at each hit. */
const TOUCH_INTERVAL = 24 * 60 * 60 * 1000;

/**
 * The text of an entry, whose use is noted in its time; undefined where there is no file, or none to be believed: what
 * is no regular file, is too large, or may have been written by another user.
 */
export function readEntry(path: string): string | undefined {
  try {
    const file = readSmallFile(path, { maxSize: MAX_SIZE, links: 'refuse' });
    if (file.kind !== 'read' || distrust(file.stat) !== undefined) return undefined;
    if (Math.abs(Date.now() - file.stat.mtimeMs) > TOUCH_INTERVAL) noteUse(path);
    return file.bytes.toString('utf8');
  } catch {
    // An entry that cannot be read is none.
    return undefined;
  }
}

function noteUse(path: string): void {
  try {
    touch(path);
  } catch {
    // Read-only, or root's: then the entry is as old as it looks.
  }
}

/**
 * Puts an entry into its directory, in place of anything there but a directory. Not synced: an entry that a
 * crash tears does not match its checksum.
 *
 * @throws The system's error; nothing is left.
 */
export function writeEntry(shard: string, path: string, text: string): void {
  replaceFile(path, Buffer.from(text), { temporary: temporaryEntryPath(shard), mode: 0o600 });
}
