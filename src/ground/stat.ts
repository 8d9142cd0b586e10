import { type Stats, statSync } from 'node:fs';
import { systemCode } from './errors.js';

/**
 * What lies at a path, links followed; undefined where nothing does. Fails where a file stands in place of a directory
 * above: under `throwIfNoEntry: false`, Node.js 24 says nothing of that, and Node.js 20 does.
 */
export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
