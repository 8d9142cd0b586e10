import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { makeReadingReporter } from '../../../src/cli/progress/reading.js';

function written(t: TestContext): string[] {
  const texts: string[] = [];
  t.mock.method(process.stderr, 'write', (text: string) => texts.push(text));
  return texts;
}

test('as JSON each report is a line', (t) => {
  const texts = written(t);
  const reporter = makeReadingReporter('json');
  reporter?.onProgress({ read: 5, total: 10 });
  reporter?.onProgress({ read: 10, total: undefined });
  reporter?.end();
  assert.deepEqual(texts, [
    '{"type":"progress","read":5,"total":10}\n',
    '{"type":"progress","read":10,"total":null}\n',
  ]);
});

test('plain there is a line every ten seconds, and when it is off there is none', (t) => {
  const texts = written(t);
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const reporter = makeReadingReporter('plain');
  for (now = 1000; now <= 21_000; now += 1000) {
    reporter?.onProgress({ read: now * 1e6, total: now < 15_000 ? 50e9 : undefined });
  }
  reporter?.end();
  assert.deepEqual(texts, ['read 10.0 GB of 50.0 GB\n', 'read 20.0 GB\n']);
  assert.equal(makeReadingReporter('off'), undefined);
});
