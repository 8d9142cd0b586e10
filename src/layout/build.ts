import { join } from 'node:path';
import { syncDirectory } from '../files/directories.js';
import { removeEmptyDirectory, removeTree } from '../files/remove.js';
import { replaceFile, touch, writeNewFile } from '../files/whole-file.js';
import { exactCount } from '../ground/format.js';
import type { JsonObject } from '../ground/json/value.js';
import type { BlobId, Descriptor } from '../oci/descriptor.js';
import type { Digest } from '../oci/digest.js';
import { type Document, encodeJson } from '../oci/document.js';
import type { ImageName } from '../oci/image-name.js';
import { putName } from '../oci/index.js';
import { configDescriptor, makeImageManifest, manifestDescriptor } from '../oci/manifest.js';
import { indexDescriptor, mergePlatforms, type PlatformManifest } from '../oci/multi-platform.js';
import type { Platform } from '../oci/platform.js';
import { blobPath, commitBlobFile, isBlobThere } from './blobs.js';
import { earlierImages } from './earlier-images.js';
import { inLayout, layoutFault, readLayoutFile } from './files.js';
import { type LockOptions, withLock } from './lock.js';
import { indexPath, readIndexFile } from './open.js';
import { RENEWAL } from './owner.js';
import { folderIn, temporaryFile } from './workplace.js';

/** An image whose layers' blobs are in the layout. */
export interface LaidOutImage {
  readonly config: Document;
  readonly layers: readonly Descriptor[];
  /** The config says the same. */
  readonly platform: Platform;
}

/** An image of which all is there but its entry in the index. */
export interface PreparedImage {
  readonly manifest: PlatformManifest;
  /** Blobs without which it is none. */
  readonly needed: readonly BlobId[];
}

/** Images of different platforms, and the names that all of them get. */
export interface Edition {
  readonly images: readonly PreparedImage[];
  readonly names: readonly ImageName[];
}

export interface Publication {
  /** What each name leads to now, in order: the manifest of an image, or an index of several. */
  readonly targets: readonly Descriptor[];
  /** What became of other images. */
  readonly warnings: readonly string[];
}

/** Room for a blob of a layout. */
export interface BlobFile {
  readonly place: { readonly path: string };
  /**
   * Makes the file, which was written whole and closed, a blob. Its digest is believed. Any number may be committed at
   * once, and the same blob twice.
   *
   * @throws {LayerstreamError} `WRITE_FAILED`
   */
  commit(blob: BlobId): Promise<void>;
  abort(): Promise<void>;
}

/** A build into a layout, from `Layout.startBuild` on. Whatever comes of it, `end` it. */
export class LayoutBuild {
  readonly #layout: string;
  readonly #directory: string;
  readonly #renewal: NodeJS.Timeout;
  #files = 0;

  constructor(layout: string, { directory, owner }: { directory: string; owner: string }) {
    this.#layout = layout;
    this.#directory = directory;
    this.#renewal = setInterval(() => renew(owner), RENEWAL).unref();
  }

  /** Whether a blob is there, of the right size. Blobs are whole when they get their names, so that is enough. */
  async has(blob: BlobId): Promise<boolean> {
    return isBlobThere(this.#layout, blob);
  }

  /** Room for a blob: a file in the layout's file system, which gets its name when it is committed. */
  async open(): Promise<BlobFile> {
    const path = this.#newBlobPath();
    return {
      place: { path },
      commit: ({ digest }) => this.#commitBlob(path, digest),
      // What it left goes when the build ends.
      abort: async () => {},
    };
  }

  /**
   * The path of a file to write a blob to, in the layout's file system. It is not there yet; one that no blob is made of
   * goes when the build ends.
   */
  #newBlobPath(): string {
    return join(this.#directory, String(this.#files++));
  }

  async #commitBlob(path: string, digest: Digest): Promise<void> {
    await inLayout(path, () => commitBlobFile(this.#layout, path, digest));
  }

  /**
   * One that is there already, with these very bytes, is left alone.
   *
   * @throws {LayerstreamError} `WRITE_FAILED`
   */
  async putDocument({ bytes, digest }: Document): Promise<void> {
    const there = blobPath(this.#layout, digest);
    if (isBlobThere(this.#layout, { digest, size: bytes.length }) && readLayoutFile(there)?.equals(bytes)) return;
    const path = this.#newBlobPath();
    await inLayout(path, () => writeNewFile(path, bytes));
    await this.#commitBlob(path, digest);
  }

  /**
   * Writes the documents of an image whose layers are there. Nothing of the image is seen before `publish`.
   *
   * @throws {LayerstreamError} `WRITE_FAILED`
   */
  async prepare({ config, layers, platform }: LaidOutImage): Promise<PreparedImage> {
    const document = makeImageManifest({ config: configDescriptor(config), layers });
    const manifest = manifestDescriptor(document, platform);
    await this.putDocument(config);
    await this.putDocument(document);
    return { manifest, needed: [manifest, configDescriptor(config), ...layers] };
  }

  /**
   * Puts images into the index, in one step. What a name has led to for other platforms stays.
   *
   * @throws {LayerstreamError} `LAYOUT_INVALID` where a blob of an image is missing, or the index is broken by now;
   *   `LAYOUT_BUSY`, `WRITE_FAILED`, `ABORTED`
   */
  async publish(edition: Edition, options: LockOptions = {}): Promise<Publication> {
    return inLayout(this.#layout, async () => {
      // The names of blobs must be on disk before what points to them: also those of other builds that are used here.
      syncDirectory(join(this.#layout, 'blobs/sha256'));
      return withLock(folderIn(this.#layout), () => this.#publish(edition), options);
    });
  }

  #publish({ images, names }: Edition): Publication {
    this.#requireBlobs(images.flatMap(({ needed }) => needed));
    const manifests = images.map(({ manifest }) => manifest);
    const targets: Descriptor[] = [];
    const warnings: string[] = [];
    let index = readIndexFile(this.#layout);
    for (const name of names) {
      const update = putName(index, name, (replaced) => {
        const { target, damaged } = this.#merge(replaced, manifests);
        targets.push(target);
        const lost = damaged.filter((digest) => digest !== target.digest);
        warnings.push(...lost.map((digest) => damageWarning(digest, name)));
        return target;
      });
      index = update.index;
      warnings.push(
        ...update.renamed.map(
          ({ from, to }) => `${to} is still in the layout, but lost the name ${from} to this image`,
        ),
      );
    }
    this.#replaceSynced(indexPath(this.#layout), encodeJson(index));
    return { targets, warnings };
  }

  /** What a name has to lead to: one manifest, or an index, which is written. To be called under the lock. */
  #merge(
    replaced: readonly JsonObject[],
    manifests: readonly PlatformManifest[],
  ): { readonly target: Descriptor; readonly damaged: readonly string[] } {
    const { images, damaged } = earlierImages(this.#layout, replaced);
    const index = mergePlatforms(images, manifests);
    const [first] = manifests;
    if (index !== undefined) this.#replaceSynced(blobPath(this.#layout, index.digest), index.bytes);
    const target = index === undefined ? first : indexDescriptor(index);
    if (target === undefined) throw new RangeError('no image is published');
    return { target, damaged };
  }

  #replaceSynced(path: string, bytes: Uint8Array): void {
    replaceFile(path, bytes, { temporary: temporaryFile(this.#layout), durability: 'synced' });
  }

  /** Removes what is unfinished, and lets others collect garbage. Done when it returns: fit for a signal handler. */
  end(): void {
    clearInterval(this.#renewal);
    try {
      removeTree(this.#directory);
      removeEmptyDirectory(folderIn(this.#layout));
    } catch {
      // Whoever ends a build has worse to tell, or the image is there. The next build removes it.
    }
  }

  /** Other programs may have removed blobs, or another builder that took this one for dead. */
  #requireBlobs(blobs: readonly BlobId[]): void {
    const missing = blobs.find((blob) => !isBlobThere(this.#layout, blob));
    if (missing === undefined) return;
    throw layoutFault(
      blobPath(this.#layout, missing.digest),
      `is not a file of ${exactCount(missing.size, 'byte')}, but the image needs it`,
      'Build again. If it was there before, something else removed it.',
    );
  }
}

function damageWarning(digest: string, { full }: ImageName): string {
  return `the index ${digest} of ${full} is damaged: what it held for other platforms is lost`;
}

/** Shows others that this build is alive. That it cannot be shown is no reason to end it: see `#requireBlobs`. */
function renew(owner: string): void {
  try {
    touch(owner);
  } catch {
    // As said.
  }
}
