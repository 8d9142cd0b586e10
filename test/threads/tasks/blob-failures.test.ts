import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { fromPlainError } from '../../../src/ground/errors.js';
import type { FileContent } from '../../../src/scan/spec.js';
import { BlobTeams } from '../../../src/threads/blob-teams.js';
import { Pool } from '../../../src/threads/pool.js';
import type { Answer, Task, TaskRunner, Timed } from '../../../src/threads/task.js';
import type { CompressTask } from '../../../src/threads/tasks/compress.js';
import { makeBytes, withContent } from '../../support/blobs.js';
import { openDescriptors } from '../../support/descriptors.js';
import { withTempDir } from '../../support/temp-dir.js';

const GZIP = { kind: 'gzip', level: 1 } as const;
const SIZE = 5_000_000;
const TAR = makeBytes({ size: SIZE, seed: 9, noise: 0.3 });

for (const threads of [1, 3]) {
  test(`a source that fails half way ends a team of ${threads}, and leaves no file`, () =>
    withPool(async ({ blobs, content, options, source }) => {
      truncateSync(source, SIZE / 2);
      await assert.rejects(blobs.write(content, { ...options, threads }), { code: 'PATH_CHANGED', path: source });
      assert.equal(existsSync(options.place.path), false);
      writeFileSync(source, TAR);
      // The threads go on.
      assert.equal((await blobs.write(content, { ...options, threads })).helping.length, threads - 1);
    }));

  test(`a file that is there already stays, and ends a team of ${threads}`, () =>
    withPool(async ({ blobs, content, options }) => {
      const { path } = options.place;
      writeFileSync(path, 'mine');
      await assert.rejects(blobs.write(content, { ...options, threads }), { code: 'WRITE_FAILED', path });
      assert.equal(readFileSync(path, 'utf8'), 'mine');
    }));
}

for (const kind of ['none', 'gzip'] as const) {
  test(`a file that cannot grow is removed (${kind})`, () =>
    withPool(async ({ source, options }) => {
      const compression = kind === 'none' ? { kind } : GZIP;
      const code = `
        import { openSync } from 'node:fs';
        import { runTask } from '${url('run-task')}';
        import { makeBlockQueue } from '${url('shared/block-queue')}';
        import { makeSlotArena } from '${url('shared/slot-arena')}';
        const [, path, place] = process.argv;
        const content = { kind: 'file', form: 'tar', fd: openSync(path, 'r'), offset: 0, size: ${SIZE}, ctime: 0n, path };
        const memory = makeBlockQueue(new Uint8Array(2 ** 20), makeSlotArena(0, 0));
        const packing = { ...${JSON.stringify(compression)}, memory };
        const hashed = new BigInt64Array(1);
        const task = { kind: 'blob', content, place: { kind: 'file', path: place }, packing, hashed };
        const { error } = await runTask(task);
        console.log(error.code, error.message);
      `;
      const limited = 'ulimit -f 100; exec "$0" --input-type=module -e "$@"';
      const args = ['-c', limited, process.execPath, code, source, options.place.path];
      const said = execFileSync('bash', args, { encoding: 'utf8' });
      assert.match(said, /^WRITE_FAILED .*blob cannot be written: EFBIG/);
      assert.equal(existsSync(options.place.path), false);
    }));
}

test('broken gzip in a base layer is the fault of the input', () =>
  withTempDir(async (directory) => {
    const pool = new Pool(2);
    const place = { path: join(directory, 'blob') };
    const broken = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0]), Buffer.alloc(SIZE, 0xff)]);
    try {
      await withContent(join(directory, 'layer'), broken, async (content) => {
        const gzipped = { ...content, form: 'gzip' } as const;
        const options = { place, compression: GZIP, threads: 2, hashed: counter() };
        const writing = new BlobTeams(pool, pool.threads).write(gzipped, options);
        await assert.rejects(writing, { code: 'INPUT_INVALID', message: /broken gzip/ });
        assert.equal(existsSync(place.path), false);
      });
    } finally {
      await pool.close();
    }
  }));

test('a helper that fails ends the team, and its error is the one that is thrown', () =>
  withPool(async ({ content, options }) => {
    const runner = runnerOf((task) => runInThread<undefined>(badLevel(task)));
    const writing = new BlobTeams(runner, 2).write(content, { ...options, threads: 2 });
    await assert.rejects(writing, { code: 'INTERNAL', message: /level/ });
    assert.equal(existsSync(options.place.path), false);
  }));

test('a helper that dies with a block in its hands ends the team', () =>
  withPool(async ({ content, options }) => {
    const die = `
      import { workerData } from 'node:worker_threads';
      import { QueueMember } from '${url('shared/block-queue')}';
      const member = new QueueMember(workerData.packing.memory);
      for (member.look(); member.claim() === undefined; member.look()) member.wait();
      throw new Error('dead');
    `;
    const runner = runnerOf((task) => start(die, task));
    await assert.rejects(new BlobTeams(runner, 2).write(content, { ...options, threads: 2 }), { message: 'dead' });
    assert.equal(existsSync(options.place.path), false);
    assert.deepEqual(openDescriptors(options.place.path), []);
  }));

test('a pool that is closed meanwhile counts as died', () =>
  withPool(async ({ pool, blobs, content, options }) => {
    const writing = blobs.write(content, { ...options, threads: 3 });
    const rejected = assert.rejects(writing, { code: 'WORKER_DIED' });
    await pool.close();
    await rejected;
  }));

interface Setup {
  readonly pool: Pool;
  readonly blobs: BlobTeams;
  readonly content: FileContent;
  readonly options: {
    readonly place: { readonly path: string };
    readonly compression: typeof GZIP;
    readonly hashed: BigInt64Array;
  };
  readonly source: string;
}

async function withPool(action: (setup: Setup) => Promise<void>): Promise<void> {
  await withTempDir(async (directory) => {
    const pool = new Pool(3);
    const source = join(directory, 'tar');
    try {
      await withContent(source, TAR, (content) =>
        action({
          pool,
          blobs: new BlobTeams(pool, pool.threads),
          source,
          content,
          options: { place: { path: join(directory, 'blob') }, compression: GZIP, hashed: counter() },
        }),
      );
    } finally {
      await pool.close();
    }
  });
}

/** With a level that there is not. */
function badLevel(task: CompressTask): CompressTask {
  return { ...task, packing: { ...task.packing, level: 99 } };
}

/** Runs each task in a thread of its own: one that leads as `leadOnly`, and one that helps as given. */
function runnerOf(help: (task: CompressTask) => Promise<Timed<undefined>>): TaskRunner {
  const isHelp = (task: Task<unknown>): task is CompressTask => task.kind === 'compress';
  return {
    run<T>(task: Task<T>): Promise<Timed<T>> {
      // The helper's task is that of `T` undefined, which TypeScript cannot see.
      return isHelp(task) ? (help(task) as Promise<Timed<T>>) : leadOnly(task);
    },
  };
}

/** Does a task as the pool's threads do, in a thread of its own, after what is to be done first there. */
function runInThread<T>(task: Task<T>, first = ''): Promise<Timed<T>> {
  const code = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { runTask } from '${url('run-task')}';
    ${first}
    parentPort.postMessage(await runTask(workerData));
  `;
  return start(code, task);
}

/**
 * Leads as the pool's threads do, but finds each block claimed by another already: such a lead cannot end before a
 * helper has a block, however late the helper starts.
 */
function leadOnly<T>(task: Task<T>): Promise<Timed<T>> {
  const neverFirst = `
    import { QueueMember } from '${url('shared/block-queue')}';
    QueueMember.prototype.claim = () => undefined;
  `;
  return runInThread(task, neverFirst);
}

function start<T>(code: string, task: Task<T>): Promise<Timed<T>> {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { workerData: task });
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (answer: Answer<T>) => {
      if (answer.ok) resolve(answer);
      else reject(fromPlainError(answer.error));
    });
  });
}

/** Where threads find a module of the pool. */
function url(name: string): string {
  return new URL(`../../../src/threads/${name}.js`, import.meta.url).href;
}

function counter(): BigInt64Array {
  return new BigInt64Array(new SharedArrayBuffer(8));
}
