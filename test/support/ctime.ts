import { rmSync, statSync, writeFileSync } from 'node:fs';

/**
 * Returns when a change of the file would show in its ctime: kernels stamp files by a clock that pauses for some
 * milliseconds. `probe` is a path on the same disk.
 */
export function awaitNextCtime(path: string, probe: string): void {
  const { ctimeNs } = statSync(path, { bigint: true });
  do writeFileSync(probe, '');
  while (statSync(probe, { bigint: true }).ctimeNs <= ctimeNs);
  rmSync(probe);
}
