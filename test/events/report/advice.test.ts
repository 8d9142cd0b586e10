import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Facts } from '../../../src/events/report/advice/facts.js';
import { giveAdvice } from '../../../src/events/report/advice.js';
import type { CriticalShare, ReportLayer, ReportTask } from '../../../src/events/report/model.js';

const MB = 1_000_000;

function storePath(name: string): string {
  return `/nix/store/${'0'.repeat(32)}-${name}`;
}

function layer(size: number, digest: number, paths = 1): ReportLayer {
  return { diffId: 'sha256:0', isKnown: false, size, entries: 1, paths, work: { digest }, waited: 0 };
}

/** Four layers of 100 MB, each hashed in a second by one of two workers; ten seconds in all, evenly spent. */
function facts(
  changes: Partial<Facts> & { shares?: readonly [CriticalShare['kind'], number | undefined, number][] } = {},
): Facts {
  const {
    shares = [
      ['digest', 0, 2000],
      ['read', 1, 3000],
      ['write', 1, 4000],
    ],
    ...rest
  } = changes;
  return {
    names: ['app:1'],
    imageId: 'sha256:0',
    totals: {
      bytes: 400 * MB,
      entries: 10,
      paths: 4,
      files: 4,
      seconds: 10,
      workers: 2,
      singlePass: false,
      blobs: undefined,
      known: { layers: 0, bytes: 0 },
      peakMemory: 1,
    },
    threads: [],
    tasks: [],
    criticalPath: [],
    criticalShares: shares.map(([kind, index, time]) => ({ kind, layer: index, time })),
    layers: [1, 2, 3, 4].map(() => layer(100 * MB, 500)),
    contents: [1, 2, 3, 4].map((i) => ({
      paths: [{ path: storePath(`${i}`), bytes: 90 * MB }],
      others: { count: 0, bytes: 0 },
    })),
    largestPaths: [{ path: storePath('1'), layer: 0, bytes: 90 * MB }],
    largestFiles: [{ path: `${storePath('1')}/file`, layer: 0, bytes: 80 * MB }],
    fileBytes: 399 * MB,
    ...rest,
  };
}

function findings(given: Facts): string[] {
  return giveAdvice(given).map(({ finding }) => finding);
}

test('if nothing stands out, the report says so', () => {
  assert.deepEqual(findings(facts()), ['Nothing stands out']);
});

test('a layer with most bytes on the critical path is found, with what it holds and what spreading it would gain', () => {
  const giant = facts({
    layers: [layer(10 * MB, 50), layer(390 * MB, 8000, 60)],
    contents: [
      { paths: [], others: { count: 0, bytes: 0 } },
      { paths: [{ path: storePath('large'), bytes: 39 * MB }], others: { count: 59, bytes: 350 * MB } },
    ],
    shares: [
      ['digest', 1, 8000],
      ['read', 1, 1500],
    ],
  });
  const [advice] = giveAdvice(giant);
  assert.equal(advice?.finding, 'Layer 2 holds 98 % of all bytes and is the critical path (95 % of the time)');
  assert.match(advice.text, /8\.00 s.*60 store paths, the largest is large, with 39\.0 MB \(10 % of the layer\)/);
  assert.match(advice.text, /`maxLayers`.*with 2 workers hashing would then take about 4\.0\d s/);
  // In a single pass nothing waits for the giant's digest.
  assert.deepEqual(findings({ ...giant, totals: { ...giant.totals, singlePass: true } }), ['Nothing stands out']);
});

test('a known layer with most bytes is no finding: splitting it would change nothing', () => {
  const known: ReportLayer = { ...layer(390 * MB, 0), isKnown: true, work: { read: 8000, write: 100 } };
  const giant = facts({ layers: [layer(10 * MB, 50), known], shares: [['read', 1, 8000]] });
  assert.deepEqual(
    findings(giant).filter((finding) => finding.includes('holds')),
    [],
  );
});

test('a layer with most bytes that delayed nothing is no finding', () => {
  assert.deepEqual(
    findings(facts({ layers: [layer(390 * MB, 500), layer(10 * MB, 50)], shares: [['write', 1, 4000]] })),
    ['Nothing stands out'],
  );
});

test('a store path that is most of the image is found, with its largest file', () => {
  const [advice] = giveAdvice(facts({ largestPaths: [{ path: storePath('1'), layer: 0, bytes: 300 * MB }] }));
  assert.equal(advice?.finding, 'One store path is 75 % of the image');
  assert.match(advice.text, /^1 holds 300 MB.* is 1\/file, with 80\.0 MB/);
});

test('for a stream that waited for digests the advice is --single-pass', () => {
  const write: ReportTask = {
    kind: 'write',
    layer: 0,
    thread: 0,
    start: 0,
    end: 9000,
    bytes: 1,
    waits: [
      { for: 'digest', start: 0, end: 4000 },
      { for: 'bytes', start: 5000, end: 9000 },
    ],
  };
  const [advice] = giveAdvice(facts({ tasks: [write] }));
  assert.equal(advice?.finding, 'The stream stood still for 40 % of the time, until digests were known');
  assert.match(advice.text, /4\.00 s.*--single-pass/);
});

test('for workers that hashed without a pause the advice is more of them, as many as there is work for', () => {
  const threads = ['worker 1', 'worker 2'].map((name) => ({ name, busy: 5000 }));
  const digest = (thread: number, end: number): ReportTask => ({
    kind: 'digest',
    layer: thread,
    thread,
    start: 0,
    end,
    bytes: 1,
    waits: [],
  });
  const shares: [CriticalShare['kind'], number, number][] = [['digest', 0, 5000]];
  const busy = facts({ threads, shares, tasks: [digest(0, 5000), digest(1, 4900)] });
  const [advice] = giveAdvice(busy);
  assert.equal(advice?.finding, 'More workers would hash layers sooner');
  assert.match(advice.text, /up to 4 workers/);
  assert.deepEqual(findings(facts({ threads, shares, tasks: [digest(0, 5000), digest(1, 1000)] })), [
    'Nothing stands out',
  ]);
});

test('what sets the pace of the stream is found', () => {
  assert.deepEqual(findings(facts({ shares: [['write', 0, 6000]] })), [
    'The reader of the archive set the pace for 60 % of the time',
  ]);
  assert.deepEqual(findings(facts({ shares: [['read', 0, 6000]] })), [
    'Reading files for the stream set the pace for 60 % of the time',
  ]);
});

test('very many tiny files are found', () => {
  const totals = { ...facts().totals, files: 200_000 };
  assert.deepEqual(findings(facts({ totals, fileBytes: 100 * MB })), ['200,000 files hold 500 B each, on average']);
  assert.deepEqual(findings(facts({ totals: { ...totals, files: 9000 }, fileBytes: 9 * MB })), ['Nothing stands out']);
});

test('a build that spent its time between tasks has nothing to gain', () => {
  assert.deepEqual(findings(facts({ shares: [[undefined, 0, 9000]] })), [
    'There was too little work for anything to matter',
  ]);
});

/** The same as blobs, compressed. */
function blobFacts(changes: Parameters<typeof facts>[0] & { blobs?: 'none' | 'gzip' | 'zstd' } = {}): Facts {
  const { blobs = 'gzip', ...rest } = changes;
  const shares: [CriticalShare['kind'], number, number][] = [['blob', 0, 4000]];
  const made = facts({ shares, ...rest });
  return { ...made, totals: { ...made.totals, blobs } };
}

test('compression that sets the pace is found, with faster settings', () => {
  const shares: [CriticalShare['kind'], number, number][] = [
    ['blob', 0, 4000],
    ['compress', 0, 4000],
    ['blob', 1, 1000],
  ];
  const [gzip] = giveAdvice(blobFacts({ shares }));
  assert.equal(gzip?.finding, 'Compression (gzip) set the pace for 90 % of the time');
  assert.match(gzip.text, /down to `gzip:1`.*`zstd` is faster/);
  const [zstd] = giveAdvice(blobFacts({ shares, blobs: 'zstd' }));
  assert.match(zstd?.text ?? '', /`zstd:1`/);
  assert.deepEqual(findings(blobFacts({ shares, blobs: 'none' })), ['Nothing stands out']);
});

test('a giant layer that several threads compressed is found, with their number', () => {
  const work = { blob: 6000, compress: 5000 };
  const layers = [layer(10 * MB, 0), { ...layer(390 * MB, 0), work }];
  const task = (kind: 'blob' | 'compress', thread: number): ReportTask => ({
    kind,
    layer: 1,
    thread,
    start: 0,
    end: 6000,
    bytes: 1,
    waits: [],
  });
  const tasks = [task('blob', 0), task('compress', 1)];
  const shares: [CriticalShare['kind'], number, number][] = [['blob', 1, 9000]];
  const advice = giveAdvice(blobFacts({ layers, tasks, shares })).map(({ text }) => text);
  assert.match(advice[1] ?? '', /^2 threads compressed it together: 11\.00 s of work\./);
  // More workers would help to compress the largest layer, so its size is no limit to their use.
  assert.equal(advice.length, 2);
});

test('compression beside a stream is found: its archive is not the one that was slow', () => {
  const layers = [1, 2, 3, 4].map((): ReportLayer => {
    return { ...layer(100 * MB, 0), blob: { size: 40 * MB, compression: 'gzip', outcome: 'written' } };
  });
  assert.deepEqual(findings(facts({ layers, shares: [['blob', 0, 9000]] })), [
    'Compression (gzip) set the pace for 90 % of the time',
  ]);
});

test('a giant layer that one thread compressed was not bound to one thread', () => {
  const giant = (workers: number): string => {
    const blob = { size: 100 * MB, compression: 'gzip', outcome: 'written' } as const;
    const layers = [layer(10 * MB, 0), { ...layer(390 * MB, 0), work: { blob: 6000 }, blob }];
    const made = blobFacts({ layers, shares: [['blob', 1, 9000]] });
    const advice = giveAdvice({ ...made, totals: { ...made.totals, workers } });
    return advice.find(({ finding }) => finding.startsWith('Layer 2 holds'))?.text ?? '';
  };
  assert.match(giant(1), /^One thread read, hashed and compressed it: 6\.00 s\. With more workers, several would/);
  assert.match(giant(2), /^One thread read, hashed and compressed it: 6\.00 s\./);
  assert.doesNotMatch(giant(2), /has to|more workers/);
});

test('for workers that wrote blobs without a pause the advice is more of them', () => {
  const threads = ['worker 1', 'worker 2'].map((name) => ({ name, busy: 5000 }));
  const tasks = [0, 1].map(
    (i): ReportTask => ({ kind: 'blob', layer: i, thread: i, start: 0, end: 5000, bytes: 1, waits: [] }),
  );
  assert.deepEqual(findings(blobFacts({ threads, tasks, blobs: 'none' })), ['More workers would write layers sooner']);
});

test('a disk that keeps a layout waiting is found, and is not mistaken for a small image', () => {
  const shares: [CriticalShare['kind'], number, number][] = [[undefined, 0, 6000]];
  assert.deepEqual(findings(blobFacts({ shares })), ['Nobody worked for 60 % of the time']);
  const small = blobFacts({ shares });
  const [first] = findings({ ...small, totals: { ...small.totals, bytes: MB } });
  assert.equal(first, 'There was too little work for anything to matter');
});

test('all but a little is not 100 %', () => {
  const { totals, ...rest } = facts();
  const known = { layers: 3, bytes: totals.bytes - 1 };
  const [advice] = giveAdvice({ ...rest, totals: { ...totals, known } });
  assert.match(advice?.text ?? '', /\(over 99 % of all bytes\)/);
});

test('the layers that were known from earlier builds are counted', () => {
  const known = (layers: number, blobs: 'none' | undefined) => {
    const { totals, ...rest } = facts();
    const [advice] = giveAdvice({ ...rest, totals: { ...totals, blobs, known: { layers, bytes: layers * 100 * MB } } });
    return advice;
  };
  assert.equal(known(4, undefined)?.finding, 'All digests were known from earlier builds');
  assert.equal(known(4, 'none')?.finding, 'All layers were there already');
  const { totals, ...rest } = facts({ shares: [[undefined, undefined, 9000]] });
  const idle = { ...rest, totals: { ...totals, blobs: 'none', known: { layers: 4, bytes: totals.bytes } } } as const;
  assert.deepEqual(findings(idle), ['All layers were there already']);
  const some = known(3, undefined);
  assert.equal(some?.finding, '3 of 4 layers were known from earlier builds');
  assert.match(known(1, undefined)?.finding ?? '', /^1 of 4 layers was known/);
  assert.match(some.text, /They hold 300 MB \(75 % of all bytes\)\. Only the others had to be hashed\./);
});
