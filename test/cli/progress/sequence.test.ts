import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reporter } from '../../../src/cli/progress/reporter.js';
import { ReporterSequence } from '../../../src/cli/progress/sequence.js';
import type { BuildEvent } from '../../../src/events/events.js';
import { SUMMARY } from '../../support/build-events.js';

const STARTED: BuildEvent = {
  type: 'started',
  layers: 1,
  origins: ['store'],
  toScan: 1,
  pathsToScan: 1,
  workers: 1,
  singlePass: false,
};

test('each image has its own reporter, which ends before the next begins', () => {
  const calls: string[] = [];
  const reporters = ['a', 'b'].map(
    (name): Reporter => ({
      onEvent: (event) => calls.push(`${name} ${event.type}`),
      finish: ({ names }) => calls.push(`${name} finish ${names}`),
      abort: () => calls.push(`${name} abort`),
    }),
  );
  const sequence = new ReporterSequence(reporters);
  sequence.onEvent({ type: 'warning', message: 'early' });
  for (let image = 0; image < 2; image++) {
    sequence.onEvent(STARTED);
    sequence.onEvent({ type: 'finished', summary: SUMMARY });
  }
  for (const name of ['x:1', 'y:1']) sequence.finish({ ...SUMMARY, names: [name] });
  sequence.abort();
  assert.deepEqual(calls, [
    'a warning',
    'a started',
    'a finished',
    'a abort',
    'b started',
    'b finished',
    'a finish x:1',
    'b finish y:1',
    'b abort',
  ]);
});
