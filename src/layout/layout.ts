import { makeDirectories } from '../files/directories.js';
import { realPath } from '../files/stat.js';
import type { BlobId } from '../oci/descriptor.js';
import { isBlobThere } from './blobs.js';
import { LayoutBuild } from './build.js';
import { type Collection, collectBlobs } from './collect.js';
import { inLayout } from './files.js';
import { type LockOptions, withLock } from './lock.js';
import { completeLayout, inspectLayout } from './open.js';
import { folderIn, register, sweep } from './workplace.js';

/**
 * An OCI image layout on disk (OCI image-spec, image-layout.md), shared with all others that read it or build into it.
 *
 * Trusted are those who may write to it while it is used. What they left there before is not: links and special files in
 * the place of its own directories and documents are refused, sizes are checked, nothing is read that could block.
 */
export class Layout {
  /** Without symbolic links. */
  readonly path: string;

  /** For a directory that was checked: see `openLayout`. */
  constructor(path: string) {
    this.path = path;
  }

  /** Whether a blob is there, of the right size. Its bytes are not read: they were right when the blob came. */
  hasBlob(blob: BlobId): boolean {
    return isBlobThere(this.path, blob);
  }

  /**
   * Begins a build. Until it ends, no blob is collected: neither what it writes nor what it found. What dead builds left
   * is removed.
   *
   * @throws {LayerstreamError} `LAYOUT_BUSY`, `WRITE_FAILED`, `ABORTED`
   */
  async startBuild(options: LockOptions = {}): Promise<LayoutBuild> {
    const begin = (): LayoutBuild => {
      sweep(this.path);
      return new LayoutBuild(this.path, register(this.path));
    };
    return inLayout(this.path, () => withLock(folderIn(this.path), begin, options));
  }

  /**
   * Removes the blobs that no entry of the index reaches, unless a build runs (one of this process too). Blobs that
   * other tools write meanwhile, who know of no lock, are not safe.
   *
   * @throws {LayerstreamError} `LAYOUT_INVALID` where what a manifest reaches is unknown: then all blobs stay;
   *   `LAYOUT_BUSY`, `WRITE_FAILED`, `ABORTED`
   */
  async collectGarbage(options: LockOptions = {}): Promise<Collection> {
    return inLayout(this.path, () => withLock(folderIn(this.path), () => collectBlobs(this.path), options));
  }
}

/**
 * Opens a layout, and makes it where the directory is missing or empty.
 *
 * @throws {LayerstreamError} `LAYOUT_INVALID` where something else is there; `LAYOUT_BUSY`, `WRITE_FAILED`, `ABORTED`
 */
export async function openLayout(path: string, options: LockOptions = {}): Promise<Layout> {
  return inLayout(path, async () => {
    const state = inspectLayout(path);
    if (state === 'begun') makeDirectories(path);
    const real = realPath(path);
    if (state === 'begun') {
      const complete = (): void => {
        if (inspectLayout(real) === 'begun') completeLayout(real);
      };
      await withLock(folderIn(real), complete, options);
    }
    return new Layout(real);
  });
}
