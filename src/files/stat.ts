import { type BigIntStats, fstatSync, lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { systemCode } from '../ground/errors.js';

export type { Stats };

/**
 * What lies at a path, links followed; undefined where nothing does. Fails where a file is in the place of a directory
 * above: under `throwIfNoEntry: false`, Node.js 24 says nothing of that, and Node.js 20 does.
 */
export function statIfThere(path: string | Buffer): Stats | undefined {
  return unlessMissing(() => statSync(path));
}

/** As `statIfThere`; a link is not followed. */
export function lstatIfThere(path: string | Buffer): Stats | undefined {
  return unlessMissing(() => lstatSync(path));
}

/** What a look at a path gives; undefined where nothing is there. @throws The system's error. */
export function unlessMissing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The path of what is there, without links and relative parts. @throws The system's error. */
export function realPath(path: string): string {
  return realpathSync(path);
}

/** What shows that an open file is still the one that was looked at, and did not change. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  /** Nanoseconds since the epoch. */
  readonly ctime: bigint;
  /** Bytes. */
  readonly size: bigint;
}

/** What an open file is now. @throws The system's error. */
export function statOpen(fd: number): BigIntStats {
  return fstatSync(fd, { bigint: true });
}

/** @throws The system's error. */
export function identityOf(fd: number): FileIdentity {
  const { dev, ino, ctimeNs, size } = statOpen(fd);
  return { device: dev, inode: ino, ctime: ctimeNs, size };
}
