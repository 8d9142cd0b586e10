/** If nothing reads its output, the program waits, and needs no more memory. */
import assert from 'node:assert/strict';
import { rmSync, truncateSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { eventsOf, stalled } from '../support/cli-events.js';
import { TestPipe } from '../support/cli-pipe.js';
import { startCli } from '../support/cli-run.js';
import { APP, LIB, TestStore } from '../support/cli-store.js';

const LARGE = 256 * 1024 * 1024;
/** What a pipe or socket holds, and chunks on their way. */
const ON_THE_WAY = 8 * 1024 * 1024;

/** A store with a large file without blocks on the disk. */
function largeStore(t: TestContext): TestStore {
  const store = new TestStore(t);
  store.tree(APP, { large: '' });
  truncateSync(`${store.at(APP)}/large`, LARGE);
  return store;
}

function assertFlat(lines: readonly string[]): void {
  const [summary] = eventsOf(lines).flatMap((event) => (event.type === 'finished' ? [event.summary] : []));
  assert(summary !== undefined && summary.bytes > LARGE);
  assert(summary.peakMemory < LARGE, `${summary.peakMemory} bytes of memory`);
}

describe('a reader that does not read', { concurrency: 2 }, () => {
  it('holds back what is written to a pipe', async (t) => {
    const store = largeStore(t);
    const pipe = new TestPipe(t, store);
    const run = startCli([store.conf(), '--store-root', store.root, '--progress', 'json'], { stdout: pipe.writing });
    pipe.given();
    assert((await stalled(run)) < ON_THE_WAY);
    const archive = await pipe.drain();
    assert(archive.length > LARGE);
    assert.equal((await run.ended).status, 0);
    assertFlat(run.lines);
  });

  it('holds back what is written to a socket', async (t) => {
    const store = largeStore(t);
    const run = startCli([store.conf(), '--store-root', store.root, '--progress', 'json'], { unread: true });
    assert((await stalled(run)) < ON_THE_WAY);
    run.stdout.resume();
    assert.equal((await run.ended).status, 0);
    assertFlat(run.lines);
  });

  for (const [how, end] of [
    ['reads on', (pipe: TestPipe) => pipe.drain()],
    ['goes away', (pipe: TestPipe) => pipe.close()],
  ] as const) {
    it(`does not hold back what fails meanwhile, and ends it when it ${how}`, async (t) => {
      const store = largeStore(t);
      const pipe = new TestPipe(t, store);
      const conf = store.conf({ store_layers: [[APP], [LIB]] });
      const run = startCli([conf, '--store-root', store.root, '--workers', '2', '--progress', 'json'], {
        stdout: pipe.writing,
        fault: { thread: 'pool', at: LIB, act: 'hold' },
      });
      pipe.given();
      await run.held();
      await stalled(run);
      rmSync(`${store.at(LIB)}/lib/libc.so`);
      run.release();
      await run.until('it reported its failure', (lines) => lines.some((line) => line.includes('PATH_CHANGED')));
      await end(pipe);
      assert.equal((await run.ended).status, 1);
    });
  }
});
