import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { before, describe, it } from 'node:test';
import type { Recording } from '../../../src/events/recording.js';
import { formatTrace, makeTrace } from '../../../src/events/trace/trace.js';
import type { CompleteEvent, TraceDocument } from '../../../src/events/trace/trace-event.js';
import { recordBuild } from '../../support/recordings.js';
import { assertTrace } from '../../support/traces.js';

const LAYERS = 12;

describe('the trace of a build', () => {
  let recording: Recording;
  let trace: TraceDocument;
  let tasks: CompleteEvent[];
  let waits: CompleteEvent[];
  before(async () => {
    recording = await recordBuild(Array.from({ length: LAYERS }, (_, i) => (i === 0 ? 40_000_000 : 100_000)));
    trace = makeTrace(recording);
    const spans = trace.traceEvents.flatMap((event) => (event.ph === 'X' ? [event] : []));
    tasks = spans.filter(({ cat }) => cat !== 'wait');
    waits = spans.filter(({ cat }) => cat === 'wait');
  });

  it('keeps to the format', () => assertTrace(trace));

  it('has each task of each layer, counted from 1, with its bytes', () => {
    for (const kind of ['scan', 'hash', 'read', 'write']) {
      const found = tasks.filter(({ cat }) => cat === kind);
      // A second thread reads a giant for the one that hashes it.
      const layers = [...new Set(found.map(({ args }) => Number(args.layer)))].sort((a, b) => a - b);
      const expected = Array.from({ length: LAYERS + 1 }, (_, i) => i + 1);
      assert.deepEqual(layers, expected, kind);
      const second = found.find(({ args }) => args.layer === 2);
      assert.equal(second?.name, `${kind} layer 2`);
      // A scan reads none.
      assert.equal(second.args.bytes, kind === 'scan' ? undefined : recording.summary.layers[1]?.size);
      assert.equal(second.args['MB/s'] === undefined, kind === 'scan' || second.dur === 0, kind);
      assert.deepEqual(second.args.paths, ['/nix/store/path-1']);
    }
  });

  it('says what built the image, and how', () => {
    const { otherData } = makeTrace(recording);
    const { version, node, host, begin, workers, singlePass } = otherData;
    assert.match(version ?? '', /^\d+\.\d+\.\d+/);
    assert.deepEqual([node, host, workers, singlePass], [process.versions.node, hostname(), '2', 'false']);
    assert.ok(Math.abs(Date.parse(begin ?? '') - recording.start) < 1000, begin);
  });

  it('has the tasks of a thread one after the other', () => {
    for (const task of tasks) {
      const others = tasks.filter(
        ({ tid, ts, dur }) => tid === task.tid && ts < task.ts + task.dur && ts + dur > task.ts,
      );
      assert.deepEqual(others, [task]);
    }
  });

  it('has waits within a task of their thread and layer, and that for the large digest', () => {
    for (const wait of waits) {
      const around = tasks.filter(
        ({ tid, ts, dur, args }) =>
          tid === wait.tid && ts <= wait.ts && ts + dur >= wait.ts + wait.dur && args.layer === wait.args.layer,
      );
      assert.equal(around.length, 1, `${wait.name} lies in ${around.length} tasks`);
    }
    const awaited = waits.filter(({ name }) => name === 'waits for digest').map(({ args }) => args.layer);
    assert(awaited.includes(1), 'nothing waited for the large layer');
  });

  it('names the threads in the order in which they are shown', () => {
    const named = trace.traceEvents.flatMap((event) =>
      event.ph === 'M' && event.name === 'thread_name' && 'name' in event.args ? [event.args.name] : [],
    );
    assert.deepEqual(named, ['worker 1', 'worker 2', 'reader', 'coordinator']);
  });

  it('counts bytes up to all of them', () => {
    const last = (name: string): unknown =>
      trace.traceEvents.findLast((event) => event.ph === 'C' && event.name === name)?.args;
    const { bytes } = recording.summary;
    assert.deepEqual(last('hashed'), { bytes });
    assert.deepEqual(last('written'), { bytes });
  });

  it('is the same as text, with one event on a line', () => {
    const text = formatTrace(recording);
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(trace)));
    assert.equal(text.trimEnd().split('\n').length, trace.traceEvents.length + 2);
  });
});
