import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { fromPlainError } from '../../src/ground/errors.js';
import { BlobTeams } from '../../src/threads/blob-team.js';
import type { Answer, CompressTask, LayerTask } from '../../src/threads/messages.js';
import { LayerPool, type Timed } from '../../src/threads/pool.js';
import type { BlobInput, WrittenBlob } from '../../src/threads/write-blob.js';
import { makeBytes, withContent } from '../support/blobs.js';
import { openDescriptors } from '../support/descriptors.js';
import { withTempDir } from '../support/temp-dir.js';

const GZIP = { kind: 'gzip', level: 1 } as const;
const SIZE = 5_000_000;
const TAR = makeBytes({ size: SIZE, seed: 9, noise: 0.3 });

for (const threads of [1, 3]) {
  test(`a source that fails half way ends a team of ${threads}, and leaves no file`, () =>
    withPool(async ({ pool, input, options, source }) => {
      truncateSync(source, SIZE / 2);
      await assert.rejects(pool.writeBlob(input, { ...options, threads }), { code: 'PATH_CHANGED', path: source });
      assert.equal(existsSync(options.path), false);
      writeFileSync(source, TAR);
      // The threads go on.
      assert.equal((await pool.writeBlob(input, { ...options, threads })).helping.length, threads - 1);
    }));

  test(`a file that is there already stays, and ends a team of ${threads}`, () =>
    withPool(async ({ pool, input, options }) => {
      const { path } = options;
      writeFileSync(path, 'mine');
      await assert.rejects(pool.writeBlob(input, { ...options, threads }), { code: 'WRITE_FAILED', path });
      assert.equal(readFileSync(path, 'utf8'), 'mine');
    }));
}

for (const kind of ['none', 'gzip'] as const) {
  test(`a file that cannot grow is removed (${kind})`, () =>
    withPool(async ({ source, options }) => {
      const compression = kind === 'none' ? { kind } : GZIP;
      const code = `
        import { openSync } from 'node:fs';
        import { writeBlob } from '${url('write-blob')}';
        import { makeTeam } from '${url('block-team')}';
        const [, source, path] = process.argv;
        const content = { kind: 'file', fd: openSync(source, 'r'), offset: 0, size: ${SIZE}, ctime: 0n, path: source };
        const input = { form: 'tar', content };
        const memory = makeTeam([new Uint8Array(2 ** 20)]);
        const packing = { ...${JSON.stringify(compression)}, memory };
        await writeBlob({ input, path, packing, onBytes() {} }).catch((error) => console.log(error.code, error.message));
      `;
      const limited = 'ulimit -f 100; exec "$0" --input-type=module -e "$@"';
      const args = ['-c', limited, process.execPath, code, source, options.path];
      const said = execFileSync('bash', args, { encoding: 'utf8' });
      assert.match(said, /^WRITE_FAILED .*blob cannot be written: EFBIG/);
      assert.equal(existsSync(options.path), false);
    }));
}

test('broken gzip and other compressions in a ready layer are told', () =>
  withTempDir(async (directory) => {
    const pool = new LayerPool(2);
    const options = { path: join(directory, 'blob'), compression: GZIP, threads: 2, hashed: counter() };
    const broken = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0]), Buffer.alloc(SIZE, 0xff)]);
    const foreign = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), Buffer.alloc(SIZE)]);
    try {
      for (const [bytes, message] of [
        [broken, /broken gzip/],
        [foreign, /zstd; only gzip is read/],
      ] as const) {
        await withContent(join(directory, 'layer'), bytes, async (content) => {
          const writing = pool.writeBlob({ form: 'as-found', content }, options);
          await assert.rejects(writing, { code: 'INPUT_INVALID', message });
          assert.equal(existsSync(options.path), false);
        });
      }
    } finally {
      await pool.close();
    }
  }));

test('a helper that fails ends the team, and its error is the one that is told', () =>
  withPool(async ({ input, options }) => {
    const run = {
      lead: leadOnly,
      // A level that there is not.
      help: (task: CompressTask) => runInThread<undefined>({ ...task, packing: { ...task.packing, level: 99 } }),
    };
    const writing = new BlobTeams(run).write(input, { ...options, threads: 2 });
    await assert.rejects(writing, { code: 'INTERNAL', message: /level/ });
    assert.equal(existsSync(options.path), false);
  }));

test('a helper that dies with a block in its hands ends the team', () =>
  withPool(async ({ input, options }) => {
    const die = `
      import { workerData } from 'node:worker_threads';
      import { TeamMember } from '${url('block-team')}';
      const member = new TeamMember(workerData.packing.memory);
      for (member.look(); member.claim() === undefined; member.look()) member.wait();
      throw new Error('dead');
    `;
    const run = { lead: leadOnly, help: (task: LayerTask) => start<undefined>(die, task) };
    await assert.rejects(new BlobTeams(run).write(input, { ...options, threads: 2 }), { message: 'dead' });
    assert.equal(existsSync(options.path), false);
    assert.deepEqual(openDescriptors(options.path), []);
  }));

test('a pool that is closed meanwhile counts as died', () =>
  withPool(async ({ pool, input, options }) => {
    const writing = pool.writeBlob(input, { ...options, threads: 3 });
    const rejected = assert.rejects(writing, { code: 'WORKER_DIED' });
    await pool.close();
    await rejected;
  }));

interface Setup {
  readonly pool: LayerPool;
  readonly input: BlobInput;
  readonly options: { readonly path: string; readonly compression: typeof GZIP; readonly hashed: BigInt64Array };
  readonly source: string;
}

async function withPool(action: (setup: Setup) => Promise<void>): Promise<void> {
  await withTempDir(async (directory) => {
    const pool = new LayerPool(3);
    const source = join(directory, 'tar');
    try {
      await withContent(source, TAR, (content) =>
        action({
          pool,
          source,
          input: { form: 'tar', content },
          options: { path: join(directory, 'blob'), compression: GZIP, hashed: counter() },
        }),
      );
    } finally {
      await pool.close();
    }
  });
}

/** Does a task as the pool's threads do, in a thread of its own, after what is to be done first there. */
function runInThread<T>(task: LayerTask, first = ''): Promise<Timed<T>> {
  const code = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { runLayerTask } from '${url('layer-task')}';
    ${first}
    parentPort.postMessage(await runLayerTask(workerData));
  `;
  return start(code, task);
}

/**
 * Leads as the pool's threads do, but finds each block claimed by another already: such a lead cannot come to its end
 * before a helper has a block, however late that starts.
 */
function leadOnly(task: LayerTask): Promise<Timed<WrittenBlob>> {
  const neverFirst = `
    import { TeamMember } from '${url('block-team')}';
    TeamMember.prototype.claim = () => undefined;
  `;
  return runInThread(task, neverFirst);
}

function start<T>(code: string, task: LayerTask): Promise<Timed<T>> {
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
  return new URL(`../../src/threads/${name}.js`, import.meta.url).href;
}

function counter(): BigInt64Array {
  return new BigInt64Array(new SharedArrayBuffer(8));
}
