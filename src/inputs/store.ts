/** Finding what a conf names on this machine's disk. */
import type { Conf } from '../config/model.js';
import { locate } from '../config/store-path.js';
import { lstatIfThere, statIfThere } from '../files/stat.js';
import { textToFsPath } from '../ground/bytestring.js';
import { type ConfIssue, LayerstreamError, systemReason } from '../ground/errors.js';

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

/** Of the paths that become layers, those that are not there. */
export function missingPaths(conf: Conf, places: Places): ConfIssue[] {
  const issues: ConfIssue[] = [];
  conf.storeLayers.forEach((paths, layer) => {
    paths.forEach((path, i) => {
      const fault = absence(locate(path, places));
      if (fault !== undefined) issues.push({ place: `store_layers[${layer}][${i}]`, message: fault });
    });
  });
  return issues;
}

/** Why there is nothing at a path; undefined where there is. */
export function absence(path: string): string | undefined {
  try {
    return lstatIfThere(textToFsPath(path)) === undefined ? `${path} does not exist` : undefined;
  } catch (error) {
    return `${path} cannot be read: ${systemReason(error)}`;
  }
}
