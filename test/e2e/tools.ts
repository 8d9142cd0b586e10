import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { missingPrograms } from '../support/debian-packages.js';

const { PATH: ownPath = '', CI } = process.env;

/** Where programs are searched: daemons lie where only root's `PATH` leads. */
export const PATH = [ownPath, '/usr/sbin', '/sbin'].join(delimiter);

/**
 * Options for a suite that needs these programs, and to be root: skipped with the reason where they are missing.
 *
 * @throws {Error} where `CI=true`: there nothing may be missing.
 */
export function needs(...tools: readonly string[]): { readonly skip: string | false } {
  const reason = whatIsMissing(tools);
  if (reason !== undefined && CI === 'true') throw new Error(reason);
  return { skip: reason ?? false };
}

function whatIsMissing(tools: readonly string[]): string | undefined {
  const missing = tools.filter((tool) => findTool(tool) === undefined);
  if (missing.length > 0) return missingPrograms(missing);
  return process.getuid?.() === 0 ? undefined : 'needs to be root: the clients write files of any owner';
}

/** The path of a program. */
export function findTool(tool: string): string | undefined {
  const places = PATH.split(delimiter).map((directory) => join(directory, tool));
  return places.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
