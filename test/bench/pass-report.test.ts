import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Passes } from '../../bench/pass-report.js';
import type { BuildEvent, TaskKind } from '../../src/events/events.js';
import { digestOf } from '../../src/oci/digest.js';

function task(kind: TaskKind, layer: number, span: { start: number; end: number }): BuildEvent {
  return { type: 'task', task: kind, layer, bytes: 100 * (layer + 1), timing: { thread: 1, waits: [], ...span } };
}

const hashed = (layer: number): BuildEvent => ({
  type: 'layer-hashed',
  layer,
  diffId: digestOf(Buffer.of(layer)),
  size: 100 * (layer + 1),
});

test('times are gathered by layer, and the pass spans them all', () => {
  const passes = new Passes();
  const states = [
    task('scan', 1, { start: 0, end: 500 }),
    task('scan', 1, { start: 500, end: 750 }),
    task('scan', 0, { start: 0, end: 250 }),
    { type: 'planned', toHash: 300, toWrite: 300, entries: 7, layers: [] } as const,
    task('read', 1, { start: 1000, end: 2500 }),
    task('digest', 1, { start: 1000, end: 3000 }),
    hashed(1),
    task('digest', 0, { start: 2000, end: 4000 }),
    hashed(0),
    task('read', 0, { start: 4000, end: 5000 }),
  ].map((event) => {
    passes.onEvent(event);
    return passes.allHashed;
  });
  assert.deepEqual(states, [false, false, false, false, false, false, false, false, true, true]);
  assert.deepEqual(passes.report, {
    entries: 7,
    digestSeconds: 3,
    layers: [
      { size: 100, scanSeconds: [0.25], digestSeconds: 2, fed: false },
      { size: 200, scanSeconds: [0.5, 0.25], digestSeconds: 2, fed: true },
    ],
    stream: undefined,
  });
});

test('if nothing must be hashed, all counts as hashed once that is known', () => {
  const passes = new Passes();
  assert.equal(passes.allHashed, false);
  passes.onEvent({ type: 'planned', toHash: 0, toWrite: 0, entries: 0, layers: [] });
  assert.equal(passes.allHashed, true);
});
