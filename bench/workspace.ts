import { existsSync, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from './chroot-store.js';

/** The usual place of a tmpfs. */
const SHARED_MEMORY = '/dev/shm';

const PREFIX = 'layerstream-bench-';

/** All that the bench writes; it is removed as a whole. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), PREFIX));
  /** On a tmpfs; undefined if there is none. */
  readonly tmpfs = makeTmpfsFolder();

  /** Bytes that the tmpfs has room for. */
  get tmpfsRoom(): number {
    if (this.tmpfs === undefined) return 0;
    const { bavail, bsize } = statfsSync(this.tmpfs);
    return bavail * bsize;
  }

  remove(): void {
    for (const path of [this.folder, this.tmpfs]) {
      if (path !== undefined && existsSync(path)) removeTree(path);
    }
  }
}

function makeTmpfsFolder(): string | undefined {
  try {
    return mkdtempSync(join(SHARED_MEMORY, PREFIX));
  } catch {
    // Some systems have none, or do not let all users write to it.
    return undefined;
  }
}
