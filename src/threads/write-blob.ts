import { makeCodec } from '../compression/codec.js';
import type { CompressionKind } from '../compression/kind.js';
import type { CodecSetting } from '../compression/setting.js';
import { ExclusiveFile } from '../files/exclusive-file.js';
import { LayerstreamError } from '../ground/errors.js';
import type { Stopwatch } from '../ground/timing.js';
import { ContentDigest } from '../layer/content-digest.js';
import { foundCompression } from '../layer/found-compression.js';
import { HashingSource } from '../layer/hashing-source.js';
import { type LayerContent, openSource } from '../layer/source.js';
import { type Digest, finishDigest, startDigest } from '../oci/digest.js';
import type { FileContent } from '../scan/spec.js';
import type { TeamMemory } from './block-team.js';
import { type BlockWork, leadBlocks } from './compress-blocks.js';

/** Of what is not compressed so many bytes are written at once. */
const CHUNK_SIZE = 1024 * 1024;

/**
 * What a content's bytes are: a layer's tar, to be compressed as asked for, or `as-found`, a ready layer of an image,
 * which may be gzipped already and then stays as it is.
 */
export type BlobInput =
  | { readonly form: 'tar'; readonly content: LayerContent }
  | { readonly form: 'as-found'; readonly content: FileContent };

/** A layer as a file: what its descriptor says (OCI image-spec, "Descriptors"), and what it holds. */
export interface WrittenBlob {
  /** Of the file. */
  readonly digest: Digest;
  /** Bytes of the file. */
  readonly size: number;
  /** Of the tar in it. */
  readonly diffId: Digest;
  /** How the file is compressed: as asked for, or as it was found. */
  readonly compression: CompressionKind;
}

/** How the file is to be compressed, and where the memory for it is, which those who help share. */
export type Packing = { readonly kind: 'none' } | (CodecSetting & { readonly memory: TeamMemory });

export interface BlobWork {
  readonly input: BlobInput;
  /** Of a file that is not there yet. */
  readonly path: string;
  readonly packing: Packing;
  /** Told the bytes of the content as they are read. */
  readonly onBytes: (count: number) => void;
  readonly watch: Stopwatch;
}

/**
 * Writes a layer's blob to a new file, in one pass over the layer. A failure removes the file. To name it by its
 * digest, and to sync it if it has to outlast a crash, is up to the caller.
 *
 * @throws {LayerstreamError} `WRITE_FAILED`, or an error of the byte source.
 */
export async function writeBlob(work: BlobWork): Promise<WrittenBlob> {
  const file = new ExclusiveFile(work.path);
  try {
    const blob = await fill(file, work);
    file.close();
    return blob;
  } catch (error) {
    file.discard();
    throw error;
  }
}

async function fill(file: ExclusiveFile, work: BlobWork): Promise<WrittenBlob> {
  const { input, packing } = work;
  if (input.form === 'as-found' && foundCompression(input.content) === 'gzip') {
    return copyGzip(file, input.content, work.onBytes);
  }
  const source = new HashingSource(input.content, work);
  try {
    if (packing.kind === 'none') return copyTar(file, source);
    const blocks = { codec: makeCodec(packing), memory: packing.memory, watch: work.watch };
    const sum = compressTar(file, source, blocks);
    return { ...sum, diffId: finishDigest(source.hash), compression: packing.kind };
  } finally {
    source.close();
  }
}

function copyTar(file: ExclusiveFile, source: HashingSource): WrittenBlob {
  const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_SIZE, source.rest));
  const size = source.rest;
  while (source.rest > 0) {
    const part = chunk.subarray(0, source.rest);
    source.fill(part);
    file.write(part);
  }
  const diffId = finishDigest(source.hash);
  return { digest: diffId, size, diffId, compression: 'none' };
}

function compressTar(
  file: ExclusiveFile,
  source: HashingSource,
  blocks: BlockWork,
): Pick<WrittenBlob, 'digest' | 'size'> {
  const hash = startDigest();
  let size = 0;
  const write = (bytes: Uint8Array): void => {
    hash.update(bytes);
    size += bytes.length;
    file.write(bytes);
  };
  leadBlocks(blocks, { source, write });
  return { digest: finishDigest(hash), size };
}

async function copyGzip(
  file: ExclusiveFile,
  content: FileContent,
  onBytes: (count: number) => void,
): Promise<WrittenBlob> {
  const sum = new ContentDigest();
  const source = openSource(content);
  const chunk = Buffer.allocUnsafeSlow(CHUNK_SIZE);
  for (let rest = content.size; rest > 0; ) {
    const part = chunk.subarray(0, source.read(chunk));
    await sum.update(part);
    file.write(part);
    rest -= part.length;
    onBytes(part.length);
  }
  const { digest, diffId, fault } = await sum.finish();
  if (diffId !== undefined) return { digest, size: content.size, diffId, compression: 'gzip' };
  const { path } = content;
  throw new LayerstreamError('INPUT_INVALID', `a layer of ${path} cannot be decompressed: ${fault}`, { path });
}
