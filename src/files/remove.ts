import { rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { systemCode } from '../ground/errors.js';

/** Removes a file, unless it is gone. @throws The system's error. */
export function removeFile(path: string): void {
  unlessFails(['ENOENT'], () => unlinkSync(path));
}

/** Removes a directory, unless it is gone or something is in it. @throws The system's error. */
export function removeEmptyDirectory(path: string): void {
  unlessFails(['ENOENT', 'ENOTEMPTY', 'EEXIST'], () => rmdirSync(path));
}

/** Removes a directory and all in it, except for what is written into it at the same time. @throws The system's error. */
export function removeTree(path: string): void {
  unlessFails(['ENOTEMPTY'], () => rmSync(path, { recursive: true, force: true }));
}

/** Removes a file after a failure, which must not be hidden by another. Does not fail. */
export function discardFile(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone, or has its final name, or cannot be removed: the caller reports what failed first.
  }
}

function unlessFails(codes: readonly string[], action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!codes.includes(systemCode(error) ?? '')) throw error;
  }
}
