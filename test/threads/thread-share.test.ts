import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Deferred } from '../../src/ground/deferred.js';
import { type SharedWork, ThreadShare } from '../../src/threads/thread-share.js';

test('never more threads work than there are; all leads get one; and a thread is idle only if nothing needs it', async () => {
  const sizes = fc.array(fc.nat(12), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 5 }), sizes, async (scheduler, threads, works) => {
      const share = new ThreadShare(threads);
      share.expect(works.length);
      const all = works.map((size) => new Blocks(size));
      const busy = (): number => all.reduce((total, { members }) => total + members, 0);
      let begun = 0;
      const step = async (): Promise<void> => {
        await scheduler.schedule(Promise.resolve());
        assert.ok(busy() <= threads);
        // Threads are kept for leads that are still to come.
        const isNeeded = all.some(({ need }) => need > 0);
        assert.ok(!isNeeded || busy() + (works.length - begun) >= threads);
      };
      const ended = all.map((work) => {
        work.step = step;
        return share.lead(work, () => {
          begun++;
          return work.lead();
        });
      });
      await scheduler.waitFor(Promise.all(ended));
      assert.deepEqual(
        all.map(({ done }) => done),
        works,
      );
    }),
  );
});

test('the thread that is free first helps where most is left for each', async () => {
  const share = new ThreadShare(3);
  const [small, large, short] = [new Held(2), new Held(9), new Held(0)];
  const leads = [small, large, short].map((work) => share.lead(work, () => work.end.promise));
  await settled();
  assert.deepEqual([small.helpers, large.helpers], [0, 0]);
  short.end.resolve();
  await settled();
  assert.deepEqual([small.helpers, large.helpers], [0, 1]);
  for (const { end } of [small, large]) end.resolve();
  await Promise.all(leads);
});

test('a lead that waits goes before all help, and gets the thread of one that failed', async () => {
  const share = new ThreadShare(1);
  const [first, second] = [new Held(9), new Held(9)];
  const leads = [first, second].map((work) => share.lead(work, () => work.end.promise));
  first.end.reject(new Error('broken'));
  second.end.resolve();
  await assert.rejects(leads[0] ?? assert.fail(), /broken/);
  await leads[1];
  assert.deepEqual([first.helpers, second.helpers], [0, 0]);
});

/** Work of blocks that any member may do. A member goes when none is left. */
class Blocks implements SharedWork {
  members = 0;
  done = 0;
  step: () => Promise<void> = async () => {};
  readonly #blocks: number;
  readonly #end = new Deferred<void>();
  #left: number;

  constructor(blocks: number) {
    this.#blocks = blocks;
    this.#left = blocks;
  }

  get need(): number {
    return this.members > 0 ? this.#left : 0;
  }

  /** A lead does its part, and waits for the parts of others. */
  async lead(): Promise<void> {
    this.members++;
    await this.#work();
    if (this.done < this.#blocks) await this.#end.promise;
    this.members--;
  }

  async help(): Promise<void> {
    this.members++;
    await this.#work();
    this.members--;
    if (this.done === this.#blocks) this.#end.resolve();
  }

  async #work(): Promise<void> {
    while (this.#left > 0) {
      this.#left--;
      await this.step();
      this.done++;
    }
  }
}

class Held implements SharedWork {
  readonly need: number;
  readonly end = new Deferred<void>();
  helpers = 0;

  constructor(need: number) {
    this.need = need;
  }

  help(): Promise<void> {
    this.helpers++;
    return this.end.promise;
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
