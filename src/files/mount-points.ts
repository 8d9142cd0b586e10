import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Whether something is mounted at a path, which is absolute and without links: no other file can take its name.
 * `root` stands before the path of the list of mounts.
 *
 * @throws The system's error for what is not there.
 */
export function isMountPoint(path: string, root = ''): boolean {
  const points = readMountPoints(root);
  // Without /proc, a mount of the same file system is not seen.
  if (points === undefined) return statSync(path).dev !== statSync(dirname(path)).dev;
  return points.includes(path);
}

/** See proc_pid_mountinfo(5): the fifth field. Undefined where there is no such list. */
function readMountPoints(root: string): string[] | undefined {
  let text: string;
  try {
    text = readFileSync(`${root}/proc/self/mountinfo`, 'utf8');
  } catch {
    return undefined;
  }
  return text.split('\n').map((line) => decode(line.split(' ')[4] ?? ''));
}

/** Blanks, tabs, line feeds and backslashes are octal numbers there. */
function decode(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
