import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { asByteString } from '../../src/ground/bytestring.js';
import type { ByteSource } from '../../src/layer/byte-source.js';
import { type LayerContent, openSource } from '../../src/layer/source.js';
import type { SpecOwnership, TreeContent, TreeSpec } from '../../src/scan/spec.js';
import { joinSlices, sliceTree, walkTree } from '../../src/scan/walk.js';
import { BLOCK } from '../../src/tar/header.js';

export const ROOT_OWNED: SpecOwnership = {
  kind: 'fixed',
  mtime: 1,
  uid: 0,
  gid: 0,
  uname: asByteString('root'),
  gname: asByteString('root'),
};

/** Makes `nix/store` in a directory, and returns its path. */
export function makeStore(directory: string): string {
  const store = join(directory, 'nix/store');
  mkdirSync(store, { recursive: true });
  return store;
}

/** A layer of store paths that lie below a directory. */
export function specOf(root: string, names: readonly string[], fields: Partial<TreeSpec> = {}): TreeSpec {
  return {
    paths: names.map((name) => asByteString(`/nix/store/${name}`)),
    root: asByteString(root),
    cut: asByteString(''),
    parents: 'store-parents',
    ownership: ROOT_OWNED,
    ...fields,
  };
}

export function scan(spec: TreeSpec): TreeContent {
  return joinSlices(spec, sliceTree(spec).map(walkTree));
}

/** All bytes of a layer, read in chunks of a size. */
export function layerBytes(content: LayerContent, chunkSize = 64 * BLOCK): Buffer {
  const source = openSource(content);
  const parts: Buffer[] = [];
  try {
    for (;;) {
      const chunk = Buffer.alloc(chunkSize);
      const count = source.read(chunk);
      parts.push(chunk.subarray(0, count));
      if (count < chunkSize) return Buffer.concat(parts);
    }
  } finally {
    source.close();
  }
}

/** Reads a source to its end, in chunks of a size, and counts its bytes. */
export function readAll(source: Pick<ByteSource, 'read'>, chunkSize: number): number {
  const chunk = Buffer.alloc(chunkSize);
  for (let total = 0; ; ) {
    const count = source.read(chunk);
    total += count;
    if (count < chunkSize) return total;
  }
}
