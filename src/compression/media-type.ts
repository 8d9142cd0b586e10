import type { CompressionKind } from './setting.js';

/** What a layer's media type ends with, behind `application/vnd.oci.image.layer.v1.` (OCI image-spec, "Media Types"). */
export function mediaTypeSuffix(kind: CompressionKind): 'tar' | 'tar+gzip' | 'tar+zstd' {
  return kind === 'none' ? 'tar' : `tar+${kind}`;
}
