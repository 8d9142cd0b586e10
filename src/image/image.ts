/**
 * An image as the places know it that it is put into: an archive, a layout, and whatever comes. A sink is a function
 * that takes an `Image` and puts it somewhere. It knows nothing of confs, pools or threads.
 */
import type { CompressionSetting } from '../compression/setting.js';
import type { ByteRange, ByteTarget } from '../ground/byte-target.js';
import type { Digest } from '../oci/digest.js';
import type { Document } from '../oci/document.js';
import type { Platform } from '../oci/platform.js';
import type { LayerOrigin } from '../scan/spec.js';
import type { BlobStore, StoredLayer } from './blob-store.js';

export interface Layer {
  readonly origin: LayerOrigin;
  /** What it is called in the base image's archive; undefined for the image's own layers. */
  readonly name: string | undefined;
  /** The store paths that it is made of. For a layer of a base image, its name. */
  readonly paths: readonly string[];
  /**
   * Bytes of the layer as it is written: of its tar, or for a base image's layer, of what lies in the base image, which
   * may be compressed. Resolves when it is known; layers may be asked in any order.
   */
  size(): Promise<number>;
  /**
   * The digest of the uncompressed layer. Resolves when it is known, be it announced or hashed. In a single pass it is
   * known after the layer was copied.
   */
  diffId(): Promise<Digest>;
  /**
   * Writes the layer's bytes, or a range of them. May be called as often as one likes, at any time and for several layers
   * at once; for the layer that is next in the image's order it is quickest. Bytes before a range are not read.
   *
   * @throws {LayerstreamError} `PATH_CHANGED` or `DIGEST_MISMATCH` if the bytes are not those of the diffID: then the
   *   target must not be used; `READ_FAILED`, `PATH_MISSING`. What the target throws is passed on.
   */
  copyTo(target: ByteTarget, range?: ByteRange): Promise<void>;
}

export interface Image {
  readonly platform: Platform;
  /** What it is called, each `name:tag`. */
  readonly repoTags: readonly string[];
  /** Seconds since the epoch, for the entries of archives. */
  readonly time: number;
  /** In the image's order, the lowest first. */
  readonly layers: readonly Layer[];
  /** The image config, given the layers' diffIDs in order. */
  config(diffIds: readonly Digest[]): Document;
  /** Makes the blobs of all layers be in a store, on all threads and in any order. Returns them in the image's order. */
  storeLayers(store: BlobStore, options: StoreOptions): Promise<readonly StoredLayer[]>;
}

export interface StoreOptions {
  /** How layers are compressed. Those of a base image that are compressed already stay as they are. */
  readonly compression: CompressionSetting;
  /** Ends it with `ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of an image. */
export interface BuiltImage {
  readonly imageId: Digest;
  /** Of each layer, in order. */
  readonly diffIds: readonly Digest[];
  /** Bytes of an archive that was compressed as a whole. */
  readonly compressedSize?: number | undefined;
}
