import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Recording } from '../../../src/events/recording.js';
import { analyse } from '../../../src/events/report/analyse.js';
import type { Report } from '../../../src/events/report/model.js';
import { formatReport, pageHtml } from '../../../src/events/report/report.js';
import { makeTrace } from '../../../src/events/trace/trace.js';
import { recordBuild } from '../../support/recordings.js';

const SIZES = [100_000, 30_000_000, 200_000, 300_000];

describe('the report of a build', () => {
  let recording: Recording;
  let report: Report;
  before(async () => {
    recording = await recordBuild(SIZES);
    report = analyse(recording);
  });

  it('has the layers of the summary', () => {
    const { summary } = recording;
    assert.deepEqual(
      report.layers.map(({ work, waited, ...layer }) => layer),
      summary.layers.map(({ paths, ...layer }) => ({ ...layer, paths: paths.length })),
    );
    assert.equal(report.imageId, summary.imageId);
    assert.equal(report.about.node, process.versions.node);
    assert.match(report.about.version, /^\d+\.\d+\.\d+/);
    assert.equal(report.totals.bytes, summary.bytes);
    for (const { work } of report.layers)
      assert.deepEqual(Object.keys(work).sort(), ['digest', 'read', 'scan', 'write']);
  });

  it('has what the layers hold', () => {
    assert.deepEqual(
      report.contents.map(({ paths }) => paths),
      [
        ...SIZES.map((size, i) => [{ path: `/nix/store/path-${i}`, bytes: size + 5 }]),
        [{ path: '/nix/store/custom', bytes: 0 }],
      ],
    );
    assert.deepEqual(report.largestFiles[0], { path: '/nix/store/path-1/large', layer: 1, bytes: 30_000_000 });
    assert.equal(report.totals.files, 2 * SIZES.length);
  });

  it('has tasks and waits within the time of the build', () => {
    const end = report.totals.seconds * 1000;
    for (const { start, end: taskEnd, waits } of report.tasks) {
      assert(start >= -1 && taskEnd <= end + 1, `${start} to ${taskEnd} in 0 to ${end}`);
      for (const wait of waits) assert(wait.start >= start - 1 && wait.end <= taskEnd + 1);
    }
  });

  it('has a critical path from the start to the last write, without a gap', () => {
    const { criticalPath, tasks, criticalShares } = report;
    assert.equal(criticalPath[0]?.start, 0);
    for (const [i, step] of criticalPath.entries()) {
      assert(step.start < step.end, `${step.start} to ${step.end}`);
      const task = tasks[step.task ?? -1];
      if (task !== undefined) assert(step.start >= task.start && step.end <= task.end, `beyond ${task.kind}`);
      if (i > 0) assert.equal(step.start, criticalPath[i - 1]?.end);
    }
    const last = tasks[criticalPath.at(-1)?.task ?? -1];
    assert.equal(last?.kind, 'write');
    assert.equal(last.layer, SIZES.length);
    const total = criticalShares.reduce((all, { time }) => all + time, 0);
    assert(Math.abs(total - last.end) < 0.001, `${total} of ${last.end}`);
  });

  it('is busy for no longer than the build took', () => {
    for (const { name, busy } of report.threads) assert(busy >= 0 && busy <= report.totals.seconds * 1000 + 1, name);
  });

  it('is one page that loads nothing else', async () => {
    const html = await formatReport(recording);
    assert.match(html, /^<!doctype html>/);
    assert.match(html, /default-src 'none'/);
    const markup = html.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, '');
    assert.doesNotMatch(markup, /src=|https?:|url\(|@import/);
    assert.equal(html.match(/<script/g)?.length, html.match(/<\/script/g)?.length);
    assert(html.length < 1_000_000, `${html.length} characters`);
  });

  it('is not broken by any name', () => {
    const hostile = '</script><script>alert(1)</script><!--"&';
    const named: Report = { ...report, names: [hostile], largestFiles: [{ path: hostile, layer: 0, bytes: 1 }] };
    const html = pageHtml(named, { script: '', style: '' });
    assert.doesNotMatch(html, /<script>alert/);
    assert.doesNotMatch(html, /<!--/);
    const data = /<script type="application\/json" id="report">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
    assert.deepEqual(JSON.parse(data), JSON.parse(JSON.stringify(named)));
  });
});

it('the report of a single pass has its one worker, and the threads of the stream', async () => {
  const { threads, totals } = analyse(await recordBuild(SIZES, { workers: 1, singlePass: true }));
  assert.equal(totals.workers, 1);
  assert.deepEqual(
    threads.map(({ name }) => name),
    ['worker 1', 'reader', 'hasher', 'coordinator'],
  );
});

describe('the report of a build into a layout', () => {
  let recording: Recording;
  let report: Report;
  before(async () => {
    recording = await recordBuild(SIZES, { blobs: { kind: 'gzip', level: 6 } });
    report = analyse(recording);
  });

  it('has blobs', () => {
    assert.equal(report.totals.blobs, 'gzip');
    assert.deepEqual(report.totals.known, { layers: 0, bytes: 0 });
    for (const [i, { work, waited }] of report.layers.entries()) {
      const kinds = [...(work.compress === undefined ? [] : ['compress']), 'scan'];
      assert.deepEqual(Object.keys(work).sort(), ['blob', ...kinds], `layer ${i}`);
      assert.equal(waited, 0);
    }
    assert.deepEqual(
      report.layers.map(({ blob }) => blob?.outcome),
      report.layers.map(() => 'written'),
    );
    // Zeros.
    const [, largest] = report.layers;
    assert.ok(largest?.blob !== undefined && largest.blob.size < largest.size / 10, 'not compressed');
    // A worker that starts late may find nothing to do.
    for (const { name } of report.threads) assert.match(name, /^worker [12]$/);
  });

  it('has a critical path through blobs, without gaps', () => {
    let at = 0;
    for (const { start, end } of report.criticalPath) {
      assert.equal(start, at);
      at = end;
    }
    assert.equal(at, Math.max(...report.tasks.map(({ end }) => end)));
    const kinds = new Set(report.criticalShares.map(({ kind }) => kind));
    assert.ok(kinds.has('blob') || kinds.has('compress'), [...kinds].join());
    assert.ok(!kinds.has('digest') && !kinds.has('write') && !kinds.has('read'), [...kinds].join());
  });

  it('has a trace that counts only what was hashed, with no rate for helpers', () => {
    const { traceEvents } = makeTrace(recording);
    const counters = traceEvents.flatMap(({ ph, name }) => (ph === 'C' ? [name] : []));
    assert.deepEqual([...new Set(counters)], ['hashed']);
    const spans = traceEvents.flatMap((event) => (event.ph === 'X' ? [event] : []));
    assert.ok(spans.some(({ cat, args }) => cat === 'blob' && args['MB/s'] !== undefined));
    assert.ok(spans.some(({ cat }) => cat === 'compress'));
    for (const { cat, args } of spans) if (cat === 'compress') assert.equal(args['MB/s'], undefined);
  });
});
