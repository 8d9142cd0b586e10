import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { type ProcessId, presenceOf, thisProcess } from '../../src/files/owner.js';
import { requireTool } from '../support/cli-tools.js';

const SCRIPT = `
  import { thisProcess } from ${JSON.stringify(new URL('../../src/files/owner.js', import.meta.url).href)};
  console.log(JSON.stringify(thisProcess()));`;

/** What a process says of itself that has ended. */
function another(prefix: readonly string[] = []): ProcessId {
  const [command = '', ...args] = [...prefix, process.execPath, '--input-type=module', '-e', SCRIPT];
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8' }));
}

test('this process is alive, and one with its number that started at another time is dead', () => {
  const self = thisProcess();
  assert.equal(self.pid, process.pid);
  assert.equal(presenceOf(self), 'alive');
  assert.equal(presenceOf({ ...self, started: '1' }), 'dead');
});

test('a process that has ended is dead', () => {
  assert.equal(presenceOf(another()), 'dead');
});

test('a process of which the place is unknown, or another machine or boot, cannot be seen', () => {
  const self = thisProcess();
  assert.equal(presenceOf({ ...self, place: undefined }), 'unseen');
  assert.equal(
    presenceOf({ ...self, place: self.place?.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }),
    'unseen',
  );
});

test('a process of another namespace cannot be seen, also after its end', (t) => {
  const namespace = ['unshare', '--pid', '--fork', '--mount-proc'] as const;
  if (!requireTool(t, [...namespace, 'true'], 'to make a namespace')) return;
  const owner = another(namespace);
  assert.equal(owner.pid, 1);
  assert.equal(presenceOf(owner), 'unseen');
});

test('without /proc nothing is known of the place, of this process and of others', (t) => {
  const hidden = ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none /proc && exec "$@"', 'sh'] as const;
  if (!requireTool(t, [...hidden, 'true'], 'to hide /proc')) return;
  const owner = another(hidden);
  assert.equal(owner.place, undefined);
  assert.ok(owner.pid > 0);
});
