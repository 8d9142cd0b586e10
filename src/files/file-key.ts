import { type BigIntStats, fstatSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * A text that two paths share if they lead to one file: it names the file itself if there is one, else its place. Does
 * not fail: what is wrong with a path is reported when it is opened.
 */
export async function fileKey(path: string): Promise<string> {
  try {
    return keyOf(await stat(path, { bigint: true }));
  } catch {
    const directory = dirname(resolve(path));
    return join(await realpath(directory).catch(() => directory), basename(path));
  }
}

/** As `fileKey`, of an open file. @throws The system's error. */
export function descriptorKey(fd: number): string {
  return keyOf(fstatSync(fd, { bigint: true }));
}

function keyOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}
