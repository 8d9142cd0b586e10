/** What becomes of a layer as a blob. */
import type { KnownLayer } from '../cache/entry.js';
import { compressionIdentity } from '../compression/identity.js';
import type { CompressionKind } from '../compression/kind.js';
import type { CompressionSetting } from '../compression/setting.js';
import { isCompressed } from '../layer/source.js';
import type { BlobId } from '../oci/descriptor.js';
import type { PipelineLayer } from './layer.js';

/** A layer, and what its blob will be. */
export interface PackedLayer {
  readonly layer: PipelineLayer;
  /** How its bytes are compressed here. */
  readonly compression: CompressionSetting;
  /** How the blob is compressed: here, or as it was found. */
  readonly kind: CompressionKind;
  /** Names all that the blob's bytes depend on apart from the layer's. */
  readonly identity: string;
}

/** For a layer that is scanned, or missing. A compressed layer stays as it is. */
export function packLayer(layer: PipelineLayer, compression: CompressionSetting): PackedLayer {
  const content = layer.isHere ? layer.content : undefined;
  if (content !== undefined && isCompressed(content)) {
    return { layer, compression: { kind: 'none' }, kind: content.form, identity: 'as found' };
  }
  return { layer, compression, kind: compression.kind, identity: compressionIdentity(compression) };
}

/** The blob, if it follows from what is known of the layer. */
export function knownBlob(
  { kind, identity }: Pick<PackedLayer, 'kind' | 'identity'>,
  { diffId, size, blobs }: KnownLayer,
): BlobId | undefined {
  return kind === 'none' ? { digest: diffId, size } : blobs.get(identity);
}
