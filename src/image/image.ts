/**
 * What a sink knows of an image. A sink is a function that takes a `BuildableImage` and puts it
 * somewhere; it knows nothing of confs, pools or threads.
 */
import type { ByteTarget } from '../ground/byte-target.js';
import type { BlobId } from '../oci/descriptor.js';
import type { Digest } from '../oci/digest.js';
import type { Document } from '../oci/document.js';
import type { LayerBlob } from '../oci/manifest.js';

/** A layer that can be asked who it is, and told to write itself. */
export interface ImageLayer {
  /** The name that a base image gave the layer; none for layers of our own. */
  readonly name: string | undefined;
  /** Bytes of the layer as it is written. Known once it is scanned. */
  readonly size: number;
  /** Resolves when the layer is scanned; later layers may not be yet. */
  scanned(): Promise<void>;
  /**
   * The digest of the uncompressed layer. Resolves when it is known: where layers are named by position not before
   * the layer was written. Layers of an image may be asked in any order.
   */
  diffId(): Promise<Digest>;
  /** Writes the layer's bytes. To be called exactly once for each layer, one at a time, in the image's order. */
  writeTo(target: ByteTarget): Promise<void>;
}

/** What all sinks are told of an image. */
export interface ImageFacts {
  /** As Go names it. */
  readonly architecture: string;
  /** `name:tag`. */
  readonly repoTag: string;
  /** Seconds since the epoch that outer entries carry. */
  readonly time: number;
  /** The image config, given the layers' digests in order. */
  config(diffIds: readonly Digest[]): Document;
}

/** An image whose layers are written one after the other, in order. */
export interface BuildableImage extends ImageFacts {
  readonly layers: readonly ImageLayer[];
  /** After what layers are called that have no name of their own. */
  readonly naming: 'digest' | 'position';
}

/** An image whose layers are written as files, in any order and at once. */
export interface BlobImage extends ImageFacts {
  /** Makes the blobs of all layers be in the store; gives them in the image's order. */
  writeBlobs(store: BlobStore): Promise<readonly StoredLayer[]>;
}

export interface StoredLayer extends LayerBlob {
  /** The digest of the uncompressed layer. */
  readonly diffId: Digest;
}

/** Where a sink wants layers to be. */
export interface BlobStore {
  /** Whether a blob is there already, and is what it should be as far as the sink is to make sure. */
  has(blob: BlobId): Promise<boolean>;
  /** The path of a file that is not there yet, to write a blob to. */
  newBlobPath(): string;
  /** Takes a file that was written whole as the blob of this digest. */
  commitBlob(path: string, digest: Digest): Promise<void>;
}
