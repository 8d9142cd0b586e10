import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LayerstreamError } from '../../src/ground/errors.js';
import { isStartFailure, threadFault } from '../../src/threads/thread-fault.js';

function startFailure(reason: string): Error {
  return Object.assign(new Error(reason), { code: 'ERR_WORKER_INIT_FAILED' });
}

for (const [reason, message, hint] of [
  ['EAGAIN', 'a thread cannot be started: the limit on threads is reached', /`ulimit -u`.*--workers/],
  ['EMFILE', 'a thread cannot be started: the limit on open files is reached', /`ulimit -n`.*--workers/],
  [
    'Worker initialization failure: EMFILE',
    'a thread cannot be started: the limit on open files is reached',
    /`ulimit -n`.*--workers/,
  ],
  ['EOTHER', 'a thread cannot be started: EOTHER', /`ulimit -a`.*--workers/],
] as const) {
  test(`a thread that cannot be started for ${reason} says which limit it is`, () => {
    const error = startFailure(reason);
    assert.equal(isStartFailure(error), true);
    const fault = threadFault('a thread', error);
    assert.deepEqual([fault.code, fault.message, fault.cause], ['THREADS_UNAVAILABLE', message, error]);
    assert.match(fault.hint ?? '', hint);
  });
}

test('a thread that ends later died, and an error that has its code keeps it', () => {
  const died = threadFault('a thread', new Error('exit code 3'));
  assert.deepEqual([died.code, died.message], ['WORKER_DIED', 'a thread died: exit code 3']);
  const known = new LayerstreamError('ABORTED', 'enough');
  assert.equal(threadFault('a thread', known), known);
  assert.equal(isStartFailure(known), false);
});
