import { dirname, resolve } from 'node:path';
import { directoryFault, refusalOf } from '../files/directory-fault.js';
import { linkTarget } from '../files/links.js';
import { type Stats, statIfThere } from '../files/stat.js';
import { LayerstreamError, systemCode } from '../ground/errors.js';
import { inLayout } from './files.js';
import { inspectLayout } from './open.js';

/**
 * Finds fault with the directory of a layout before anything is read for it: `openLayout` comes when trees were walked.
 *
 * @throws {LayerstreamError} `LAYOUT_INVALID` where something else is there; `USAGE` where nothing can be made
 */
export async function checkLayoutPlace(path: string): Promise<void> {
  await inLayout(path, () => {
    const { directory, found } = nearest(resolve(path));
    if (!found.isDirectory() && directory !== resolve(path)) {
      throw new LayerstreamError('USAGE', `${path} cannot be written: ${directory} is not a directory`, { path });
    }
    const target = linkTarget(path);
    if (target !== undefined && statIfThere(path) === undefined) {
      throw new LayerstreamError(
        'USAGE',
        `${path} cannot be written: it is a link to ${target}, which does not exist`,
        {
          path,
        },
      );
    }
    inspectLayout(path);
    const error = refusalOf(directory);
    if (error !== undefined) throw directoryFault(directory, { name: path, error }) ?? error;
  });
}

/** What is there of a path: itself, or the nearest above it. */
function nearest(path: string): { readonly directory: string; readonly found: Stats } {
  for (let directory = path; ; directory = dirname(directory)) {
    const found = statIfPossible(directory);
    if (found !== undefined) return { directory, found };
  }
}

/** Undefined also where a file is in the place of a directory above. */
function statIfPossible(path: string): Stats | undefined {
  try {
    return statIfThere(path);
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
