import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  fromPlainError,
  LayerstreamError,
  systemCode,
  systemReason,
  toLayerstreamError,
  toPlainError,
} from '../../src/ground/errors.js';

test('an error crosses threads with all that it says', () => {
  const error = new LayerstreamError('CONF_INVALID', 'my conf', {
    hint: 'mend it',
    path: '/conf.json',
    issues: [{ place: 'uid', message: 'expected a number' }],
    cause: new Error('why'),
  });
  const back = fromPlainError(structuredClone(toPlainError(error)));
  assert.ok(back instanceof LayerstreamError);
  const { code, message, hint, path, issues } = error;
  assert.deepEqual(
    { code: back.code, message: back.message, hint: back.hint, path: back.path, issues: back.issues },
    { code, message, hint, path, issues },
  );
  assert.match(String(back.cause), /^Error: why\n {4}at /);
});

test('a limit on open files is what to change, whatever could not be opened', () => {
  const hint = 'Build it.';
  const limited = new LayerstreamError('CONF_INVALID', 'conf x cannot be read: EMFILE: too many open files', { hint });
  assert.equal(limited.hint, 'Allow more open files (`ulimit -n`).');
  assert.equal(new LayerstreamError('CONF_INVALID', 'conf /EMFILE is empty', { hint }).hint, hint);
});

test('an error without more to say has no cause, and no issues', () => {
  const back = fromPlainError(structuredClone(toPlainError(new LayerstreamError('ABORTED', 'stop'))));
  assert.equal('cause' in back, false);
  assert.deepEqual([back.hint, back.path, back.issues], [undefined, undefined, []]);
});

test('what nobody foresaw becomes INTERNAL, with its cause', () => {
  const cause = new TypeError('x is not a function');
  const error = toLayerstreamError(cause);
  assert.deepEqual([error.code, error.message, error.cause], ['INTERNAL', 'x is not a function', cause]);
  assert.equal(toLayerstreamError('thrown text').message, 'thrown text');
  assert.equal(toLayerstreamError(error), error);
  assert.match(toPlainError(cause).cause ?? '', /TypeError: x is not a function\n {4}at /);
});

test("a system error's reason is without Node's repetition of the call and the path", () => {
  const error = thrownBy(() => readFileSync("/no/such 'file', here\nor there"));
  assert.equal(systemCode(error), 'ENOENT');
  assert.equal(systemReason(error), 'ENOENT: no such file or directory');
  assert.equal(systemReason(thrownBy(() => readFileSync('/'))), 'EISDIR: illegal operation on a directory');
  assert.equal(systemReason('text'), 'text');
});

test('other errors have no system code', () => {
  assert.equal(systemCode(new Error('x')), undefined);
  assert.equal(systemCode(Object.assign(new Error('x'), { code: 7 })), undefined);
  assert.equal(systemCode({ code: 'ENOENT' }), undefined);
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
}
