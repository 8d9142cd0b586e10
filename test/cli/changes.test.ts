/** Files that change while an image is built of them. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { describe, it } from 'node:test';
import { runCli, startCli } from '../support/cli-run.js';
import { makeFifo, makeSocket } from '../support/cli-special-files.js';
import { APP, TestStore } from '../support/cli-store.js';

interface Change {
  readonly name: string;
  readonly change: (path: string) => void;
  /** What the error says after the path. */
  readonly message: string;
}

const CONTENT = '#!/bin/sh\n';

/** Puts something else in the file's place. */
function replace(make: (path: string) => void): (path: string) => void {
  return (path) => {
    rmSync(path);
    make(path);
  };
}

const DURING = 'changed while the image was being built:';

const CHANGES: readonly Change[] = [
  { name: 'vanishes', change: rmSync, message: 'vanished while the image was being built' },
  {
    name: 'becomes shorter',
    change: (path) => truncateSync(path, 4),
    message: `${DURING} it ended 6 bytes before its listed size of 10`,
  },
  {
    name: 'becomes longer',
    change: (path) => appendFileSync(path, 'more'),
    message: `${DURING} its size is 14, and was 10`,
  },
  {
    name: 'is replaced by an equal file',
    change: (path) => {
      copyFileSync(path, `${path}.new`);
      renameSync(`${path}.new`, path);
    },
    message: `${DURING} it was replaced by another file`,
  },
  {
    name: 'is replaced by a link',
    change: replace((path) => symlinkSync('/bin/sh', path)),
    message: `${DURING} it was replaced by a symbolic link`,
  },
  {
    name: 'is replaced by a directory',
    change: replace((path) => mkdirSync(path)),
    message: `${DURING} it was replaced by a directory`,
  },
  {
    name: 'is replaced by a fifo',
    change: replace(makeFifo),
    message: `${DURING} it ended 10 bytes before its listed size of 10`,
  },
  {
    name: 'is replaced by a socket',
    change: replace(makeSocket),
    message: `${DURING} it was replaced by a socket or a device`,
  },
];

/** Builds with a change made just before a thread opens the file. */
async function buildChanged(store: TestStore, thread: 'pool' | 'reader', change: (path: string) => void) {
  const run = startCli([store.conf(), '--store-root', store.root, '-o', store.output(), '--progress', 'off'], {
    fault: { thread, at: `${APP}/bin/app`, act: 'hold' },
  });
  await run.held();
  change(`${store.at(APP)}/bin/app`);
  run.release();
  return run.ended;
}

for (const thread of ['pool', 'reader'] as const) {
  const moment = thread === 'pool' ? 'is hashed' : 'is written';
  describe(`a file that, after it was listed and before it ${moment},`, { concurrency: 2 }, () => {
    for (const { name, change, message } of CHANGES) {
      it(name, async (t) => {
        const store = new TestStore(t);
        const { status, stderr } = await buildChanged(store, thread, change);
        const path = `${store.at(APP)}/bin/app`;
        assert(stderr.startsWith(`layerstream: ${path} ${message} [PATH_CHANGED]\n  `), stderr);
        assert.equal(status, 1);
        assert.deepEqual(store.left, []);
      });
    }
  });
}

describe('a file of which only the bytes changed', { concurrency: 2 }, () => {
  it('is refused if it was rewritten after it was hashed', async (t) => {
    const store = new TestStore(t);
    const { status, stderr } = await buildChanged(store, 'reader', (path) => writeFileSync(path, '#!/bin/no\n'));
    assert.match(stderr, /app changed while the image was being built: its layer was hashed as sha256:\w+, and is now/);
    assert.match(stderr, /\[PATH_CHANGED\]/);
    assert.equal(status, 1);
    assert.deepEqual(store.left, []);
  });

  for (const thread of ['pool', 'reader'] as const) {
    it(`is taken if it was touched only, before the ${thread} opens it`, async (t) => {
      const store = new TestStore(t);
      const { stdout } = await runCli([store.conf(), '--store-root', store.root]);
      const { status, stderr } = await buildChanged(store, thread, (path) => {
        writeFileSync(path, CONTENT);
        chmodSync(path, 0o644);
      });
      assert.equal(stderr, '');
      assert.equal(status, 0);
      assert(readFileSync(store.output()).equals(stdout), 'other bytes than without the touch');
    });
  }
});
