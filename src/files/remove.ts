import { rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { systemCode } from '../ground/errors.js';
import { lstatIfThere } from './stat.js';

/** Removes a file, unless it is gone. @throws The system's error. */
export function removeFile(path: string): void {
  unlessFails(['ENOENT'], () => unlinkSync(path));
}

/** Removes a directory, unless it is gone or something is in it. @throws The system's error. */
export function removeEmptyDirectory(path: string): void {
  unlessFails(['ENOENT', 'ENOTEMPTY', 'EEXIST'], () => rmdirSync(path));
}

/** Times that a tree is removed again because a file came into it meanwhile. A thread makes one or two. */
const ROUNDS = 100;

/**
 * Removes a directory and all in it, also what other threads write into it until it is gone. Where they do not come to
 * an end, it stays.
 *
 * @throws The system's error.
 */
export function removeTree(path: string): void {
  for (let round = 0; round < ROUNDS; round++) {
    // The retries of `rmSync` are no help: it lists a directory once.
    unlessFails(['ENOTEMPTY'], () => rmSync(path, { recursive: true, force: true }));
    if (lstatIfThere(path) === undefined) return;
  }
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
