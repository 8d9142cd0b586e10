import { makeCodec } from '../../compression/codec.js';
import type { CompressionKind } from '../../compression/kind.js';
import type { CodecSetting } from '../../compression/setting.js';
import type { Stopwatch } from '../../ground/timing.js';
import { digestCompressed } from '../../layer/digest.js';
import { HashingSource } from '../../layer/hashing-source.js';
import { isCompressed, type LayerContent } from '../../layer/source.js';
import { type Digest, finishDigest, startDigest } from '../../oci/digest.js';
import type { BlockQueueMemory } from '../shared/block-queue.js';
import type { BlobOutput } from './blob-output.js';
import { type BlockSource, type BlockWork, leadBlocks } from './compress-blocks.js';

/** Of what is not compressed so many bytes are written at once. */
const CHUNK_SIZE = 1024 * 1024;

/** A layer as a blob: what its descriptor says (OCI image-spec, "Descriptors"), and what it holds. */
export interface WrittenBlob {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Of the tar in it. */
  readonly diffId: Digest;
  /** How it is compressed: as asked for, or as it was found. */
  readonly compression: CompressionKind;
}

/** How a blob is to be compressed, and the memory for it, which the threads that help share. */
export type Packing = { readonly kind: 'none' } | (CodecSetting & { readonly memory: BlockQueueMemory });

export interface BlobWork {
  /** A compressed layer stays as it is. */
  readonly content: LayerContent;
  readonly packing: Packing;
  /** Called with the bytes of the content when they are read. */
  readonly onBytes: (count: number) => void;
  readonly watch: Stopwatch;
}

/**
 * Writes a layer's blob in one pass over the layer.
 *
 * @throws {LayerstreamError} an error of the byte source or of the output
 */
export async function writeBlob(work: BlobWork, output: BlobOutput): Promise<WrittenBlob> {
  const { content, packing } = work;
  if (isCompressed(content)) {
    const onChunk = (chunk: Uint8Array): void => output.write(chunk);
    const digests = await digestCompressed(content, { onBytes: work.onBytes, onChunk });
    return { ...digests, size: content.size, compression: content.form };
  }
  const source = new HashingSource(content, work);
  try {
    if (packing.kind === 'none') {
      copyTar(output, source, content.size);
      const diffId = finishDigest(source.hash);
      return { digest: diffId, size: content.size, diffId, compression: 'none' };
    }
    const blocks = { codec: makeCodec(packing), memory: packing.memory, watch: work.watch };
    const packed = compressTar(output, source, blocks);
    return { ...packed, diffId: finishDigest(source.hash), compression: packing.kind };
  } finally {
    source.close();
  }
}

/** Writes the bytes of a source, of which there are `size`, as they are. */
export function copyTar(output: BlobOutput, source: BlockSource, size: number): void {
  const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_SIZE, size));
  while (!source.isEnded) output.write(chunk.subarray(0, source.fill(chunk)));
}

/** Writes the bytes of a source compressed. */
export function compressTar(
  output: BlobOutput,
  source: BlockSource,
  blocks: BlockWork,
): Pick<WrittenBlob, 'digest' | 'size'> {
  const hash = startDigest();
  let size = 0;
  const write = (bytes: Uint8Array): void => {
    hash.update(bytes);
    size += bytes.length;
    output.write(bytes);
  };
  leadBlocks(blocks, { source, write });
  return { digest: finishDigest(hash), size };
}
