/** Finding what a conf names on this machine's disk. */
import { lstatIfThere, statIfThere } from '../files/stat.js';
import { textToFsPath } from '../ground/bytestring.js';
import { LayerstreamError, systemReason } from '../ground/errors.js';

/** Where the store is in names, and where it lies. */
export interface Places {
  readonly storeDir: string;
  readonly storeRoot: string;
}

/** A root that cannot be used is one fault, not one of each path below it. @throws {LayerstreamError} `USAGE` */
export function checkStoreRoot(path: string): void {
  if (path === '') return;
  let reason = 'it is not a directory';
  try {
    const found = statIfThere(path);
    if (found?.isDirectory()) return;
    if (found === undefined) reason = 'ENOENT: no such file or directory';
  } catch (error) {
    reason = systemReason(error);
  }
  throw new LayerstreamError('USAGE', `store root ${path} cannot be used: ${reason}`, { path });
}

/** Why there is nothing at a path; undefined where there is. */
export function absence(path: string): string | undefined {
  try {
    return lstatIfThere(textToFsPath(path)) === undefined ? `${path} does not exist` : undefined;
  } catch (error) {
    return `${path} cannot be read: ${systemReason(error)}`;
  }
}

/** Whether nothing is at a path, as far as can be seen. */
export function isMissing(path: string): boolean {
  try {
    return lstatIfThere(textToFsPath(path)) === undefined;
  } catch {
    return false;
  }
}
