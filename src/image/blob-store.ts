import type { ByteTarget } from '../ground/byte-target.js';
import type { BlobId } from '../oci/descriptor.js';
import type { Digest } from '../oci/digest.js';
import type { LayerBlob } from '../oci/manifest.js';

/** A place for blobs: the files of a layout, or a registry. It is used for several blobs at once. */
export interface BlobStore {
  /** Whether a blob is there already, so that it need not be made. The store decides what it has to check for that. */
  has(blob: BlobId): Promise<boolean>;
  /** Makes room for a blob. */
  open(hint: BlobHint): Promise<BlobSlot>;
}

/** What is known of a blob before it is made. */
export interface BlobHint {
  /** Bytes, if they are known. */
  readonly size: number | undefined;
}

/** Room for one blob. `commit` or `abort` ends it. */
export interface BlobSlot {
  /**
   * The path of a file that is not there yet, which a worker writes itself; or what takes the bytes, in order. The bytes
   * of a call may be overwritten when it resolves.
   */
  readonly place: { readonly path: string } | ByteTarget;
  /** Takes what was written, whole, as the blob of this digest. May be called for several slots at once. */
  commit(blob: BlobId): Promise<void>;
  /** Leaves nothing of what was written. Does not fail. */
  abort(): Promise<void>;
}

/** A layer that is in a store. */
export interface StoredLayer extends LayerBlob {
  /** The digest of the uncompressed layer. */
  readonly diffId: Digest;
  /** Whether this build wrote the blob, or found it there. */
  readonly outcome: 'written' | 'reused';
}
