/** What becomes of a layer as a blob. */
import type { KnownLayer } from '../cache/entry.js';
import { compressionIdentity } from '../compression/identity.js';
import type { CompressionKind } from '../compression/kind.js';
import type { CompressionSetting } from '../compression/setting.js';
import { foundCompression } from '../layer/found-compression.js';
import type { BlobId } from '../oci/descriptor.js';
import type { BlobInput } from '../threads/write-blob.js';
import type { BuildLayer } from './layers.js';

/** A layer, and what its blob will be. */
export interface Packed {
  readonly layer: BuildLayer;
  readonly input: BlobInput;
  readonly kind: CompressionKind;
  /** Names all that the blob's bytes hang on beside the layer's. */
  readonly identity: string;
}

/** For a layer that is scanned. @throws {LayerstreamError} `INPUT_INVALID` for compressions that are not read. */
export function packingOf(layer: BuildLayer, compression: CompressionSetting): Packed {
  const { content } = layer;
  const asked = { layer, kind: compression.kind, identity: compressionIdentity(compression) };
  if (layer.plan.isOwn || content.kind !== 'file') return { ...asked, input: { form: 'tar', content } };
  const input = { form: 'as-found', content } as const;
  return foundCompression(content) === 'gzip'
    ? { layer, input, kind: 'gzip', identity: 'as found' }
    : { ...asked, input };
}

/** The blob, as far as it follows from what is known of the layer. */
export function knownBlob(
  { kind, identity }: Pick<Packed, 'kind' | 'identity'>,
  { diffId, size, blobs }: KnownLayer,
): BlobId | undefined {
  return kind === 'none' ? { digest: diffId, size } : blobs.get(identity);
}
