import { LayerstreamError } from '../ground/errors.js';
import { type Digest, finishDigest } from '../oci/digest.js';
import type { FileContent } from '../scan/spec.js';
import { ContentDigest } from './content-digest.js';
import { type HashingOptions, HashingSource } from './hashing-source.js';
import { isCompressed, type LayerContent, openSource } from './source.js';

/** Large enough that decompression is seldom waited for. */
const CHUNK_SIZE = 1024 * 1024;

/**
 * A layer's diffID: the digest of its tar, which is decompressed on the way if it has to be.
 *
 * @throws {LayerstreamError} `INPUT_INVALID` where it cannot be decompressed, or as `ByteSource.read`
 */
export async function digestLayer(content: LayerContent, options: HashingOptions = {}): Promise<Digest> {
  if (isCompressed(content)) return (await digestCompressed(content, options)).diffId;
  const source = new HashingSource(content, options);
  try {
    source.skip(source.rest);
    return finishDigest(source.hash);
  } finally {
    source.close();
  }
}

export interface CompressedOptions extends HashingOptions {
  /** Called with each chunk before it is overwritten. */
  readonly onChunk?: (chunk: Uint8Array) => void;
}

/**
 * Reads a compressed layer once, and gives the digest of its bytes and that of its tar.
 *
 * @throws {LayerstreamError} as `digestLayer`
 */
export async function digestCompressed(
  content: FileContent,
  { onBytes, onChunk }: CompressedOptions = {},
): Promise<{ readonly digest: Digest; readonly diffId: Digest }> {
  const hash = new ContentDigest();
  const source = openSource(content);
  const chunk = Buffer.allocUnsafeSlow(CHUNK_SIZE);
  for (let rest = content.size; rest > 0; ) {
    const part = chunk.subarray(0, source.read(chunk));
    await hash.update(part);
    onChunk?.(part);
    rest -= part.length;
    onBytes?.(part.length);
  }
  const { digest, diffId, fault } = await hash.finish();
  if (diffId !== undefined) return { digest, diffId };
  throw undecompressable(content.path, fault);
}

export function undecompressable(path: string, fault: string | undefined): LayerstreamError {
  return new LayerstreamError('INPUT_INVALID', `a layer of ${path} cannot be decompressed: ${fault}`, { path });
}
