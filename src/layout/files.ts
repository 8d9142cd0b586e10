/** A layout's own directories and small files, which may have been put there to do harm. */
import { outputError } from '../files/output.js';
import { readSmallFile } from '../files/small-file.js';
import { lstatIfThere } from '../files/stat.js';
import { LayerstreamError, systemCode } from '../ground/errors.js';

/** Bytes. No index or manifest comes near: registries refuse manifests beyond 4 MiB. */
const MAX_SIZE = 64 * 1024 * 1024;

/**
 * Reads a file that must be a regular one; undefined if there is none.
 *
 * @throws {LayerstreamError} `LAYOUT_INVALID`
 */
export function readLayoutFile(path: string): Buffer | undefined {
  const file = readSmallFile(path, { maxSize: MAX_SIZE, links: 'refuse' });
  if (file.kind === 'refused') throw layoutFault(path, file.fault);
  return file.kind === 'read' ? file.bytes : undefined;
}

/** Whether this is a directory, and no link to one; false if nothing is there. @throws {LayerstreamError} `LAYOUT_INVALID` */
export function isOwnDirectory(path: string): boolean {
  const stat = lstatIfThere(path);
  if (stat !== undefined && !stat.isDirectory()) throw layoutFault(path, 'is not a directory');
  return stat !== undefined;
}

export function layoutFault(path: string, what: string, hint?: string): LayerstreamError {
  return new LayerstreamError('LAYOUT_INVALID', `${path} ${what}`, {
    path,
    hint: hint ?? 'Mend the layout, or write to a directory that is empty or missing.',
  });
}

/** Does something in a layout. An error of the system becomes one that names the layout. */
export async function inLayout<T>(layout: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const isOfSystem = !(error instanceof LayerstreamError) && systemCode(error) !== undefined;
    throw isOfSystem ? outputError(layout, error) : error;
  }
}
