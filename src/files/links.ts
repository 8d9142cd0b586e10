import { readlinkSync } from 'node:fs';
import { systemCode } from '../ground/errors.js';

/** Where a symbolic link points to; undefined where there is none. @throws The system's error. */
export function linkTarget(path: string | Buffer): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EINVAL' || code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
