import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { makeCodec } from '../../src/compression/codec.js';
import type { CodecSetting } from '../../src/compression/setting.js';
import type { ByteTarget } from '../../src/ground/byte-target.js';
import { Deferred } from '../../src/ground/deferred.js';
import { BlobTeams } from '../../src/threads/blob-teams.js';
import type { Packer } from '../../src/threads/packer.js';
import { Pool } from '../../src/threads/pool.js';
import type { Task, TaskRunner, Timed } from '../../src/threads/task.js';
import type { CompressTask } from '../../src/threads/tasks/compress.js';
import { blobBytes, compressWhole, makeBytes, SETTINGS } from '../support/blobs.js';
import { Collected } from '../support/collected.js';
import { decode } from '../support/decoders.js';
import { ENDS_A_HANG } from '../support/hang.js';
import { settle } from '../support/settle.js';

const GZIP = { kind: 'gzip', level: 1 } as const;
const MB = 1024 * 1024;
/** More than all the memory between both ends holds. */
const LARGE = makeBytes({ size: 24 * MB, seed: 5, noise: 1 });

const WORKERS = [1, 2, 5];
const pools = new Map(WORKERS.map((workers) => [workers, new Pool(workers)]));
after(() => Promise.all([...pools.values()].map((pool) => pool.close())));

for (const setting of SETTINGS.filter(({ level }) => level <= 3)) {
  test(`the same bytes, however they come and whoever compresses them (${setting.kind})`, ENDS_A_HANG, async () => {
    const bytes = blobBytes(makeCodec(setting).blockSize, setting.kind === 'gzip' ? 20 : 3);
    // Pieces of these sizes, again and again.
    const pieces = fc.array(fc.oneof(fc.integer({ min: 1, max: 600_000 }), fc.constant(MB)), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(bytes, pieces, fc.constantFrom(...WORKERS), async (tar, sizes, workers) => {
        const collected = new Collected();
        const packer = teams(workers).pack(collected, setting);
        for (let at = 0, i = 0; at < tar.length; i++) {
          const end = at + (sizes[i % sizes.length] ?? 1);
          // The bytes of a call are the caller's again after it.
          const piece = Buffer.from(tar.subarray(at, end));
          await packer.write(piece);
          piece.fill(0);
          at = end;
        }
        const { size } = await packer.end();
        assert.ok(collected.bytes.equals(packedWhole(setting, tar)));
        assert.equal(size, collected.bytes.length);
        assert.ok(decode(setting.kind, collected.bytes).equals(tar));
      }),
      { numRuns: 20 },
    );
  });
}

for (const workers of WORKERS) {
  test(`what the target throws ends all, and is what is thrown, with ${workers} workers`, ENDS_A_HANG, async () => {
    for (const taken of [0, 3]) {
      const full = new Error('full');
      let count = 0;
      const packer = teams(workers).pack(
        {
          write: async () => {
            if (count++ === taken) throw full;
          },
        },
        GZIP,
      );
      await assert.rejects(writeAll(packer, LARGE), full);
      await assert.rejects(packer.end(), full);
      await assertFree(workers);
    }
  });

  test(`a failure elsewhere ends all ${workers} workers`, ENDS_A_HANG, async () => {
    for (const size of [0, 100, 3 * MB]) {
      const packer = teams(workers).pack(new Collected(), GZIP);
      await packer.write(LARGE.subarray(0, size));
      packer.abort(new Error('the source changed'));
      await assert.rejects(packer.write(LARGE));
      await assertFree(workers);
    }
  });
}

test('a target that takes nothing holds back what is written', ENDS_A_HANG, async () => {
  const gate = new Deferred<void>();
  const collected = new Collected();
  const held: ByteTarget = { write: (bytes) => gate.promise.then(() => collected.write(bytes)) };
  const packer = teams(2).pack(held, GZIP);
  let written = 0;
  const writing = (async () => {
    for (; written < LARGE.length; written += MB) await packer.write(LARGE.subarray(written, written + MB));
  })();
  let before = -1;
  while (before < written) {
    before = written;
    for (let i = 0; i < 50; i++) await settle();
  }
  assert.ok(written < 16 * MB, `${written} bytes were taken`);
  gate.resolve();
  await writing;
  await packer.end();
  assert.ok(collected.bytes.equals(packedWhole(GZIP, LARGE)));
});

test('threads that die end it, even while the target takes nothing', ENDS_A_HANG, async () => {
  const pool = new Pool(2);
  const packer = new BlobTeams(pool, 2).pack({ write: () => new Deferred<void>().promise }, GZIP);
  const rejected = assert.rejects(writeAll(packer, LARGE), { code: 'WORKER_DIED' });
  await settle();
  await pool.close();
  await rejected;
  await assert.rejects(packer.end(), { code: 'WORKER_DIED' });
});

test('a helper that fails ends it, with its error', ENDS_A_HANG, async () => {
  const pool = pools.get(5) ?? assert.fail();
  const isHelp = (task: Task<unknown>): task is CompressTask => task.kind === 'compress';
  // There is no such level.
  const spoil = (task: CompressTask): CompressTask => ({ ...task, packing: { ...task.packing, level: 99 } });
  const runner: TaskRunner = {
    run: <T>(task: Task<T>, options?: Parameters<TaskRunner['run']>[1]) =>
      isHelp(task) ? (pool.run(spoil(task)) as Promise<Timed<T>>) : pool.run(task, options),
  };
  const packer = new BlobTeams(runner, 3).pack(new Collected(), GZIP);
  await assert.rejects(
    async () => {
      for (;;) await packer.write(LARGE);
    },
    { code: 'INTERNAL', message: /level/ },
  );
  await assertFree(5);
});

function teams(workers: number): BlobTeams {
  return new BlobTeams(pools.get(workers) ?? assert.fail(), workers);
}

/** What a gzipped archive is: a member of its first 8 bytes, and one of the rest. */
function packedWhole(setting: CodecSetting, tar: Uint8Array): Buffer {
  if (setting.kind !== 'gzip') return compressWhole(setting, tar);
  return Buffer.concat([compressStart(setting, tar.subarray(0, 8)), compressWhole(setting, tar.subarray(8))]);
}

function compressStart(setting: CodecSetting, start: Uint8Array): Buffer {
  if (start.length > 0) return compressWhole(setting, start);
  // Nothing, as a block of its own.
  const { startFrame, compress } = makeCodec(setting);
  const frame = startFrame();
  return Buffer.concat([frame.head, compress(start, undefined), frame.tail()]);
}

async function writeAll(packer: Packer, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += MB) await packer.write(bytes.subarray(at, at + MB));
  await packer.end();
}

/** All threads of a pool take tasks again: none waits for what is over. */
async function assertFree(workers: number): Promise<void> {
  const packers = Array.from({ length: workers }, () => {
    const collected = new Collected();
    return { collected, packer: teams(workers).pack(collected, GZIP) };
  });
  await Promise.all(packers.map(({ packer }) => writeAll(packer, LARGE.subarray(0, 100))));
  for (const { collected } of packers) assert.ok(collected.bytes.equals(packedWhole(GZIP, LARGE.subarray(0, 100))));
}
