/** How the blob of a layer is compressed. The OCI image-spec has media types for these. */
export type CompressionKind = 'none' | 'gzip' | 'zstd';
