/**
 * What a sink knows of an image. A sink is a function that takes a `BuildableImage` and puts it
 * somewhere; it knows nothing of confs, pools or threads.
 */
import type { ByteTarget } from '../byte-target.js';
import type { Digest } from '../oci/digest.js';
import type { Document } from '../oci/image.js';

/** A layer that can be asked who it is, and told to write itself. */
export interface ImageLayer {
  /** Bytes of the layer as it is written. */
  readonly size: number;
  /** The name that a base image gave the layer; none for layers of our own. */
  readonly name: string | undefined;
  /**
   * The digest of the uncompressed layer. Resolves when it is known: where layers are named by position not before
   * the layer was written. Layers of an image may be asked in any order.
   */
  diffId(): Promise<Digest>;
  /** Writes the layer's bytes. To be called exactly once for each layer, one at a time, in the image's order. */
  writeTo(target: ByteTarget): Promise<void>;
}

export interface BuildableImage {
  readonly layers: readonly ImageLayer[];
  /** After what layers are called that have no name of their own. */
  readonly naming: 'digest' | 'position';
  /** `name:tag`. */
  readonly repoTag: string;
  /** Seconds since the epoch that outer entries carry. */
  readonly time: number;
  /** The image config, given the layers' digests in order. */
  config(diffIds: readonly Digest[]): Document;
}
