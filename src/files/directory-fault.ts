/** What to say of a directory in which something was to be made: it was named by whoever runs the program. */
import { accessSync, constants } from 'node:fs';
import { LayerstreamError, systemCode, systemReason } from '../ground/errors.js';
import { statIfThere } from './stat.js';

/** What the system says where a directory, or its file system, takes no new file. */
const REFUSALS: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS']);

export function isRefusal(error: unknown): boolean {
  return REFUSALS.has(systemCode(error) ?? '');
}

/** The error for a file or directory, called `name`, that could not be made; undefined where the fault is another. */
export function directoryFault(
  directory: string,
  { name, error }: { readonly name: string; readonly error: unknown },
): LayerstreamError | undefined {
  const code = systemCode(error);
  if (code === 'ENOTDIR') return fault(name, `${directory} is not a directory`);
  if (code === 'ENOENT' && statIfThere(directory) === undefined) {
    return fault(name, `directory ${directory} does not exist`, { hint: 'Make it first, or write elsewhere.' });
  }
  if (code !== 'ENOENT' && !isRefusal(error)) return undefined;
  return fault(name, `no file can be made in ${directory}: ${systemReason(error)}`, {
    hint: 'Write to a directory in which this user may make files.',
    cause: error,
  });
}

/** What the system says of making files in a directory, if it says no. */
export function refusalOf(directory: string): unknown {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return error;
  }
}

function fault(name: string, reason: string, details: { hint?: string; cause?: unknown } = {}): LayerstreamError {
  return new LayerstreamError('USAGE', `${name} cannot be written: ${reason}`, { path: name, ...details });
}
