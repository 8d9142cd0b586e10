import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ByteTarget } from '../../src/ground/byte-target.js';
import { Deferred } from '../../src/ground/deferred.js';
import type { LayerContent } from '../../src/layer/source.js';
import { digestOf } from '../../src/oci/digest.js';
import { BlobTeams } from '../../src/threads/blob-teams.js';
import { Pool } from '../../src/threads/pool.js';
import { makeCounter } from '../../src/threads/shared/counter.js';
import { compressWhole, makeBytes, SETTINGS } from '../support/blobs.js';
import { ENDS_A_HANG } from '../support/hang.js';
import { layerBytes, makeStore, scan, specOf } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

const SIZES = [0, 3_000_000, 700, 12_000_000, 1024 * 1024 - 1536, 5_000_000];

for (const compression of [{ kind: 'none' } as const, ...SETTINGS.filter(({ level }) => level <= 3)]) {
  test(`blobs that go through sockets at the same time are those of files (${compression.kind})`, ENDS_A_HANG, () =>
    withPeer(async ({ blobs, layers, connect, directory }) => {
      await Promise.all(
        layers.map(async (content, i) => {
          const hashed = makeCounter();
          const peer = await connect();
          const sent = await blobs.write(content, { place: peer, compression, threads: 2, hashed });
          const received = await peer.end();
          const path = join(directory, `blob-${i}`);
          const filed = await blobs.write(content, { place: { path }, compression, threads: 1, hashed });
          assert.ok(received.equals(readFileSync(path)));
          assert.deepEqual(sent.value, filed.value);
          assert.equal(Number(hashed[0]), 2 * content.size);
        }),
      );
    }),
  );

  test(`a peer that leaves in the middle ends its blob, and no other (${compression.kind})`, ENDS_A_HANG, () =>
    withPeer(async ({ blobs, layers, connect }) => {
      const big = layers[3] ?? assert.fail();
      const options = { compression, threads: 2, hashed: makeCounter() };
      const ends = await Promise.allSettled(
        [0, 1, 2].map(async (i) => {
          const peer = await connect(i === 1 ? 100_000 : Number.POSITIVE_INFINITY);
          const { value } = await blobs.write(big, { ...options, place: peer });
          assert.equal((await peer.end()).length, value.size);
        }),
      );
      assert.deepEqual(
        ends.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled'],
      );
      const [, end] = ends;
      assert.match(String(end?.status === 'rejected' && end.reason.code), /^(ECONNRESET|EPIPE)$/);
    }),
  );

  test(`a file that changes ends its blob with that error (${compression.kind})`, ENDS_A_HANG, () =>
    withPeer(async ({ blobs, layers, connect, store }) => {
      const options = { compression, threads: 2, hashed: makeCounter() };
      truncateSync(join(store, '3'), 6_000_000);
      const [broken, whole] = await Promise.allSettled(
        [3, 5].map(async (i) => blobs.write(layers[i] ?? assert.fail(), { ...options, place: await connect() })),
      );
      assert.equal(broken?.status === 'rejected' && broken.reason.code, 'PATH_CHANGED');
      assert.equal(whole?.status, 'fulfilled');
    }),
  );
}

for (const compression of SETTINGS.filter(({ level }) => level <= 3)) {
  for (const threads of [1, 2, 3]) {
    const title = `more blobs at once than the ${threads} threads of a pool end, and are the same (${compression.kind})`;
    test(title, ENDS_A_HANG, () =>
      withBlobs(threads, async ({ blobs, layers, directory }) => {
        for (const expected of [0, layers.length]) {
          blobs.expect(expected);
          await Promise.all(
            layers.map(async (content, i) => {
              const path = join(directory, `${expected}-${i}`);
              const { value } = await blobs.write(content, { place: { path }, compression, hashed: makeCounter() });
              const whole = compressWhole(compression, layerBytes(content));
              assert.ok(readFileSync(path).equals(whole));
              assert.equal(value.digest, digestOf(whole));
            }),
          );
        }
      }),
    );
  }
}

test('a thread that is done with its blob helps with one that is still going on', ENDS_A_HANG, () =>
  withBlobs(2, async ({ blobs, layers: [, small, , big], directory }) => {
    if (small === undefined || big === undefined) return assert.fail();
    const compression = { kind: 'gzip', level: 1 } as const;
    const options = { compression, hashed: makeCounter() };
    const gate = new Deferred<void>();
    const taken: Uint8Array[] = [];
    // Nobody can be done with the big one before the small one is there: its bytes are not taken.
    const place: ByteTarget = {
      write: async (bytes) => {
        await gate.promise;
        taken.push(Uint8Array.from(bytes));
      },
    };
    blobs.expect(2);
    const writing = blobs.write(big, { ...options, place });
    const first = await blobs.write(small, { ...options, place: { path: join(directory, 'small') } });
    gate.resolve();
    const { helping } = await writing;
    assert.deepEqual([first.helping.length, helping.length], [0, 1]);
    assert.ok(Buffer.concat(taken).equals(compressWhole(compression, layerBytes(big))));
  }),
);

test('what a target throws is passed on, at its first bytes and later', ENDS_A_HANG, () =>
  withPeer(async ({ blobs, layers }) => {
    const failure = new Error('no more');
    for (const taken of [0, 2]) {
      for (const compression of [{ kind: 'none' }, { kind: 'gzip', level: 1 }] as const) {
        let count = 0;
        const place: ByteTarget = {
          async write() {
            if (count++ === taken) throw failure;
          },
        };
        const options = { place, compression, threads: 2, hashed: makeCounter() };
        await assert.rejects(blobs.write(layers[3] ?? assert.fail(), options), failure);
      }
    }
  }),
);

test('memory stays flat, however many blobs there are', ENDS_A_HANG, () =>
  withPeer(async ({ blobs, layers }) => {
    const slow: ByteTarget = { write: () => new Promise<void>((resolve) => setImmediate(resolve)) };
    const options = { place: slow, compression: { kind: 'none' }, threads: 1, hashed: makeCounter() } as const;
    const round = () => Promise.all(layers.map((content) => blobs.write(content, options)));
    await round();
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 10; i++) await round();
    assert.ok(process.memoryUsage().arrayBuffers - before < 4_000_000);
  }),
);

/** A connection that a blob is written to. */
interface Peer extends ByteTarget {
  /** All that arrived. */
  end(): Promise<Buffer>;
}

interface Setup {
  readonly blobs: BlobTeams;
  /** Layer N is made of the file N of the store. */
  readonly layers: readonly LayerContent[];
  readonly store: string;
  readonly directory: string;
  /** A peer that leaves after so many bytes. */
  connect(most?: number): Promise<Peer>;
}

async function withBlobs(threads: number, action: (setup: Omit<Setup, 'connect'>) => Promise<void>): Promise<void> {
  await withTempDir(async (directory) => {
    const store = makeStore(directory);
    const layers = SIZES.map((size, i) => {
      writeFileSync(join(store, String(i)), makeBytes({ size, seed: i, noise: 0.3 }));
      return scan(specOf(directory, [String(i)]));
    });
    const pool = new Pool(threads);
    try {
      await action({ blobs: new BlobTeams(pool, threads), layers, store, directory });
    } finally {
      await pool.close();
    }
  });
}

async function withPeer(action: (setup: Setup) => Promise<void>): Promise<void> {
  await withBlobs(2 * SIZES.length, async (setup) => {
    const path = join(setup.directory, 'socket');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    try {
      await action({ ...setup, connect: (most = Number.POSITIVE_INFINITY) => connectTo(server, path, most) });
    } finally {
      for (const socket of sockets.splice(0)) socket.destroy();
      server.close();
    }
  });
}

const sockets: Socket[] = [];
let order: Promise<unknown> = Promise.resolve();

function connectTo(server: Server, path: string, most: number): Promise<Peer> {
  const peer = order.then(async (): Promise<Peer> => {
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const socket = createConnection(path);
    sockets.push(socket);
    const received = receive(await accepted, most);
    let failure: Error | undefined;
    socket.on('error', (error) => {
      failure ??= error;
    });
    return {
      write: (bytes) =>
        new Promise<void>((resolve, reject) => {
          if (failure !== undefined) return reject(failure);
          socket.write(bytes, (error) => (error == null ? resolve() : reject(failure ?? error)));
        }),
      end: () => {
        socket.end();
        return received;
      },
    };
  });
  order = peer;
  return peer;
}

async function receive(socket: Socket, most: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of socket) {
    parts.push(part);
    size += part.length;
    if (size > most) break;
    // Slower than who sends.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return Buffer.concat(parts);
}
