import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildDockerArchive } from '../../src/api/functions.js';
import type { Conf } from '../../src/config/model.js';
import type { BuildEvent } from '../../src/events/events.js';
import type { ByteTarget } from '../../src/ground/byte-target.js';
import { Deferred } from '../../src/ground/deferred.js';
import { type StreamOptions, streamImage } from '../../src/pipeline/stream-image.js';
import { writeDockerArchive } from '../../src/sinks/docker-archive.js';
import type { Task, TaskRunner } from '../../src/threads/task.js';
import type { ScanTask } from '../../src/threads/tasks/scan.js';
import { Threads } from '../../src/threads/threads.js';
import { Collected } from '../support/collected.js';
import { ENDS_A_HANG } from '../support/hang.js';
import { makeImage } from '../support/images.js';
import { knowConf, seed } from '../support/seeds.js';
import { withTempDir } from '../support/temp-dir.js';

const NOWHERE = { write: async () => {} };

for (const singlePass of [false, true]) {
  const why = singlePass ? 'in a single pass' : 'where its digest is known';
  test(`a layer is written while the next is still being scanned, ${why}`, ENDS_A_HANG, () =>
    withTempDir(async (root) => {
      const { conf, storeRoot } = makeImage(root, [3_000_000, 5_000_000]);
      const cacheDirectory = join(root, 'cache');
      if (!singlePass) seed(cacheDirectory, await knowConf(conf, storeRoot));
      const { threads, letGo } = threadsThatHold('/nix/store/layer-1');
      const order: string[] = [];
      const onEvent = (event: BuildEvent): void => {
        if (event.type !== 'layer-scanned' && event.type !== 'layer-written') return;
        order.push(`${event.type} ${event.layer}`);
        if (event.type === 'layer-written') letGo();
      };
      const target = new Collected();
      await stream(conf, target, { threads, cacheDirectory, storeRoot, singlePass, onEvent });
      const [first, second] = [order.indexOf('layer-written 0'), order.indexOf('layer-scanned 1')];
      assert.ok(first >= 0 && first < second, order.join(', '));

      const whole = new Collected();
      await buildDockerArchive(conf, whole, { storeRoot, singlePass });
      assert.deepEqual(target.bytes, whole.bytes);
    }),
  );
}

test('a scan that fails while the stream goes on ends the build with its error', ENDS_A_HANG, () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [3_000_000, 10]);
    const { threads, letGo } = threadsThatHold('/nix/store/layer-1', new Error('from the scan'));
    const onEvent = ({ type }: BuildEvent): void => {
      if (type === 'layer-written') letGo();
    };
    const building = stream(conf, NOWHERE, { threads, storeRoot, onEvent, singlePass: true });
    await assert.rejects(building, /from the scan/);
  }),
);

interface Held extends StreamOptions {
  readonly threads: Threads;
  readonly cacheDirectory?: string;
}

async function stream(conf: Conf, target: ByteTarget, { threads, cacheDirectory, ...options }: Held): Promise<void> {
  const naming = options.singlePass ? 'position' : 'digest';
  try {
    await streamImage({ conf }, { workshop: { threads, cacheDirectory }, options }, (image) =>
      writeDockerArchive(image, target, { naming }),
    );
  } finally {
    await threads.close();
  }
}

/** Threads that do not scan one path before they are let go, or fail to then. */
function threadsThatHold(path: string, error?: Error): { readonly threads: Threads; readonly letGo: () => void } {
  const gate = new Deferred<void>();
  const threads = new Threads({ workers: 2 });
  const run: TaskRunner['run'] = threads.pool.run.bind(threads.pool);
  threads.pool.run = async (task, options) => {
    const isHeld = isScan(task) && task.spec.paths.some((each) => each === path);
    if (isHeld) await gate.promise;
    if (isHeld && error !== undefined) throw error;
    return run(task, options);
  };
  return { threads, letGo: () => gate.resolve() };
}

function isScan(task: Task<unknown>): task is ScanTask {
  return task.kind === 'scan';
}
