import { existsSync, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from './chroot-store.js';

/** Where a tmpfs is, as a rule. */
const SHARED_MEMORY = '/dev/shm';

const PREFIX = 'layerstream-bench-';

/** All that the bench writes, to be removed as a whole. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), PREFIX));
  /** On a tmpfs; undefined where there is none. */
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
    // Not every system has one, nor lets everyone write there.
    return undefined;
  }
}
