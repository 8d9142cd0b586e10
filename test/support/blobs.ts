/** Bytes to be compressed, and what they have to become. */
import { closeSync, fstatSync, openSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { makeCodec } from '../../src/compression/codec.js';
import type { CodecSetting } from '../../src/compression/setting.js';
import { zstdBinding } from '../../src/compression/zstd.js';
import type { FileContent } from '../../src/scan/spec.js';

/** Why zstd cannot be tested in this process, if it cannot. A newer Node.js then tests it. */
export const WITHOUT_ZSTD: string | false = hasZstd() ? false : `Node.js ${process.version} has no zstd`;

/** Every kind that this Node.js has, from its fastest level to its best. */
export const SETTINGS: readonly CodecSetting[] = [
  ...[1, 6, 9].map((level) => ({ kind: 'gzip', level }) as const),
  ...(WITHOUT_ZSTD === false ? [1, 3, 19] : []).map((level) => ({ kind: 'zstd', level }) as const),
];

/** The blob, compressed block by block without any threads. */
export function compressWhole(setting: CodecSetting, bytes: Uint8Array): Buffer {
  const { blockSize, dictionarySize, compress, startFrame } = makeCodec(setting);
  const frame = startFrame();
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += blockSize) {
    const dictionary = at === 0 || dictionarySize === 0 ? undefined : bytes.subarray(at - dictionarySize, at);
    blocks.push(compress(bytes.subarray(at, at + blockSize), dictionary));
  }
  frame.update(bytes);
  return Buffer.concat([frame.head, ...blocks, frame.tail()]);
}

/** Bytes of sizes around whole blocks: some compress to almost nothing, some not at all, and some are a mixture. */
export function blobBytes(blockSize: number, maxBlocks: number): fc.Arbitrary<Buffer> {
  const size = fc.oneof(
    fc.constantFrom(0, 1, 511, 32_768),
    fc
      .tuple(fc.integer({ min: 1, max: maxBlocks }), fc.constantFrom(-1, 0, 1, 100))
      .map(([blocks, more]) => blocks * blockSize + more),
  );
  return fc.record({ size, seed: fc.nat(), noise: fc.constantFrom(0, 0.3, 1) }).map(makeBytes);
}

/** The share `noise` of the bytes is without any order, in runs of 4 KiB. */
export function makeBytes({ size, seed, noise }: { size: number; seed: number; noise: number }): Buffer {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = seed | 1;
  for (let i = 0; i < words.length; i++) {
    // Marsaglia, "Xorshift RNGs", 3.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = ((i >>> 10) * 7) % 10 < noise * 10 ? state : i & 0xff;
  }
  return Buffer.from(words.buffer, 0, size);
}

/** Runs an action with a file of these bytes as its content. */
export async function withContent<T>(
  path: string,
  bytes: Uint8Array,
  action: (content: FileContent) => Promise<T>,
): Promise<T> {
  writeFileSync(path, bytes);
  const fd = openSync(path, 'r');
  try {
    const { ctimeNs, dev, ino } = fstatSync(fd, { bigint: true });
    return await action({
      kind: 'file',
      form: 'tar',
      fd,
      offset: 0,
      size: bytes.length,
      ctime: ctimeNs,
      device: dev,
      inode: ino,
      path,
    });
  } finally {
    closeSync(fd);
  }
}

function hasZstd(): boolean {
  try {
    zstdBinding();
    return true;
  } catch {
    return false;
  }
}
