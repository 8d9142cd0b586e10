import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { ByteTarget } from '../../src/ground/byte-target.js';
import { Deferred } from '../../src/ground/deferred.js';
import { Stopwatch } from '../../src/ground/timing.js';
import { digestLayer } from '../../src/layer/digest.js';
import type { LayerContent } from '../../src/layer/source.js';
import { digestOf } from '../../src/oci/digest.js';
import type { FileContent, TreeContent } from '../../src/scan/spec.js';
import { type BlobAlong, type BlobOptions, BlobTeams } from '../../src/threads/blob-teams.js';
import { Line, type LineCopy } from '../../src/threads/line.js';
import { Pool } from '../../src/threads/pool.js';
import { makeCounter } from '../../src/threads/shared/counter.js';
import { makeBytes, withContent } from '../support/blobs.js';
import { Collected } from '../support/collected.js';
import { ENDS_A_HANG } from '../support/hang.js';
import { layerBytes, makeStore, scan, specOf } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

test('layers come whole and in the order in which they were asked for, of whatever size', () =>
  withLine([0, 9_000_000, 100, 1024 * 1024 * 2 - 1536, 5_000_000], async (line, contents) => {
    const reads = await Promise.all(contents.map(async (content) => line.request(content, await digestLayer(content))));
    for (const [i, read] of reads.entries()) {
      const target = new Collected();
      const { timing } = await read.copyTo(target, { watch: new Stopwatch(0) });
      assert.ok(target.bytes.equals(layerBytes(contents[i] ?? assert.fail())));
      assert.ok(timing.start <= timing.end);
    }
  }));

test('layers must be taken in the order in which they were asked for', () =>
  withLine([1, 2], async (line, contents) => {
    const [, second = assert.fail()] = contents.map((content) => line.request(content, undefined));
    await assert.rejects(second.copyTo(new Collected(), { watch: new Stopwatch(0) }), RangeError);
  }));

test('a failure of the target is passed on', () =>
  withLine([5_000_000], async (line, [content = assert.fail()]) => {
    const failure = new Error('no room');
    await assert.rejects(
      line.request(content, undefined).copyTo({ write: () => Promise.reject(failure) }, { watch: new Stopwatch(0) }),
      failure,
    );
  }));

test('a file that changed is named by the error, and nothing is read after it', () =>
  withLine([1000, 2000], async (line, contents, store) => {
    const [first = assert.fail(), second = assert.fail()] = contents;
    const diffIds = await Promise.all([first, second].map((content) => digestLayer(content)));
    truncateSync(join(store, '0'), 10);
    const read = line.request(first, diffIds[0]);
    line.request(second, diffIds[1]);
    await assert.rejects(read.copyTo(new Collected(), { watch: new Stopwatch(0) }), {
      code: 'PATH_CHANGED',
      path: join(store, '0'),
    });
  }));

test('a gzipped base layer gets the digest of its bytes and that of its tar', ENDS_A_HANG, () =>
  withGzip(gzipSync(TAR), async (line, content, hashed) => {
    const target = new Collected();
    const { hash } = await line.request(content, undefined).copyTo(target, { watch: new Stopwatch(0) });
    const gzip = layerBytes(content);
    assert.ok(target.bytes.equals(gzip));
    assert.deepEqual([hash?.digest, hash?.diffId], [digestOf(gzip), digestOf(TAR)]);
    assert.equal(Number(hashed[0]), gzip.length);
    // The same bytes as a layer of the image's own are a tar, whatever they begin with.
    const own = line.request({ ...content, form: 'tar' }, undefined);
    const { hash: tar } = await own.copyTo(new Collected(), { watch: new Stopwatch(0) });
    assert.deepEqual([tar?.digest, tar?.diffId], [digestOf(gzip), digestOf(gzip)]);
  }),
);

test('a gzipped base layer that is broken is the fault of the input', ENDS_A_HANG, () =>
  withGzip(gzipSync(TAR).subarray(0, -100), async (line, content) => {
    const copy = line.request(content, undefined).copyTo(new Collected(), { watch: new Stopwatch(0) });
    await assert.rejects(copy, { code: 'INPUT_INVALID', path: content.path, message: /broken gzip: unexpected end/ });
  }),
);

for (const compression of [{ kind: 'none' }, { kind: 'gzip', level: 1 }] as const) {
  test(`a blob that is written along is what it is alone (${compression.kind})`, ENDS_A_HANG, () =>
    withAlong(async ({ line, blobs, layers, directory, options }) => {
      for (const [i, content] of layers.entries()) {
        const path = join(directory, `along-${i}`);
        const along = { place: { path }, compression, threads: 2 };
        const target = new Collected();
        const { copied, written } = copyAlong({ line, blobs }, { content, along, target });
        const [{ hash }, { value }] = await Promise.all([copied, written]);
        assert.ok(target.bytes.equals(layerBytes(content)));
        const alone = join(directory, `alone-${i}`);
        const expected = await blobs.write(content, { ...options, place: { path: alone }, compression });
        assert.ok(readFileSync(path).equals(readFileSync(alone)));
        assert.equal(value.size, expected.value.size);
        assert.equal(value.digest ?? hash?.digest, expected.value.digest);
        assert.equal(hash?.diffId, expected.value.diffId);
      }
    }),
  );

  test(`a disk error of a blob that is written along ends the copy (${compression.kind})`, ENDS_A_HANG, () =>
    withAlong(async ({ line, blobs, layers: [content = assert.fail()], directory }) => {
      const path = join(directory, 'there');
      writeFileSync(path, 'mine');
      const along = { place: { path }, compression, threads: 2 };
      const { copied, written } = copyAlong({ line, blobs }, { content, along, target: new Collected() });
      written.catch(() => {});
      await assert.rejects(copied, { code: 'WRITE_FAILED', path });
      await assert.rejects(written, { code: 'WRITE_FAILED', path });
      assert.equal(readFileSync(path, 'utf8'), 'mine');
    }),
  );
}

const TAR = makeBytes({ size: 9_000_000, seed: 5, noise: 0.3 });

async function withGzip(
  bytes: Uint8Array,
  action: (line: Line, content: FileContent, hashed: BigInt64Array) => Promise<void>,
): Promise<void> {
  await withTempDir((directory) =>
    withContent(join(directory, 'base'), bytes, async (content) => {
      const hashed = makeCounter();
      const line = new Line({ hashed });
      try {
        await action(line, { ...content, form: 'gzip' }, hashed);
      } finally {
        await line.close();
      }
    }),
  );
}

interface AlongSetup {
  readonly line: Line;
  readonly blobs: BlobTeams;
  readonly layers: readonly LayerContent[];
  readonly directory: string;
  readonly options: { readonly threads: number; readonly hashed: BigInt64Array };
}

async function withAlong(action: (setup: AlongSetup) => Promise<void>): Promise<void> {
  await withTempDir(async (root) => {
    const store = makeStore(root);
    const layers = [20_000_000, 10, 4 * 1024 * 1024 - 1536, 5_000_000].map((size, i) => {
      writeFileSync(join(store, String(i)), makeBytes({ size, seed: i, noise: 0.3 }));
      return scan(specOf(root, [String(i)]));
    });
    const hashed = makeCounter();
    const [line, pool] = [new Line({ hashed }), new Pool(2)];
    try {
      const options = { threads: 2, hashed };
      await action({ line, blobs: new BlobTeams(pool, pool.threads), layers, directory: root, options });
    } finally {
      await Promise.all([line.close(), pool.close()]);
    }
  });
}

/** Copies a layer through a line, and writes its blob at the same time. */
function copyAlong(
  { line, blobs }: Pick<AlongSetup, 'line' | 'blobs'>,
  { content, along, target }: { content: LayerContent; along: BlobOptions; target: ByteTarget },
): { readonly copied: Promise<LineCopy>; readonly written: BlobAlong['written'] } {
  const written = new Deferred<Awaited<BlobAlong['written']>>();
  const copied = line.request(content, undefined).copyTo(target, {
    watch: new Stopwatch(0),
    onlook: async (ring, from) => {
      const blob = blobs.writeAlong({ ring, from, size: content.size }, along);
      blob.written.then(
        (value) => written.resolve(value),
        (error) => written.reject(error),
      );
      return blob;
    },
  });
  return { copied, written: written.promise };
}

async function withLine(
  sizes: readonly number[],
  action: (line: Line, contents: TreeContent[], store: string) => Promise<void>,
): Promise<void> {
  await withTempDir(async (root) => {
    const store = makeStore(root);
    const contents = sizes.map((size, i) => {
      writeFileSync(join(store, String(i)), Buffer.alloc(size, `${i} and on`));
      return scan(specOf(root, [String(i)]));
    });
    const line = new Line();
    try {
      await action(line, contents, store);
    } finally {
      await line.close();
    }
  });
}
