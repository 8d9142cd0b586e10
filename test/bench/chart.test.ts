import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawChart } from '../../bench/chart.js';
import { closureResult, measurement, results } from '../support/bench-results.js';

const chart = drawChart(
  results([
    closureResult({
      measurements: [
        measurement('cat of the archive', 'cat', { seconds: 5 }),
        measurement('layerstream', 'ours', { seconds: 10 }),
        measurement('layerstream', 'ours', { sink: 'null', seconds: 7.77 }),
        measurement('layerstream, again', 'ours', { subject: 'second', seconds: 7.77 }),
        measurement('layerstream --single-pass', 'ours', { seconds: 2.5 }),
      ],
    }),
  ]),
);

test('each contender has a bar for its time through the pipe', () => {
  const bars = [...chart.matchAll(/<rect class="(\w+)" [^>]*width="([\d.]+)"/g)].map(([, kind, width]) => [
    kind,
    Number(width),
  ]);
  const longest = Number(bars.find(([kind]) => kind === 'ours')?.[1]);
  assert.deepEqual(
    bars.filter(([kind]) => kind !== 'card'),
    [
      ['cat', longest / 2],
      ['ours', longest],
      ['variant', longest / 4],
    ],
  );
  assert.match(chart, />5\.00 s</);
  assert.match(chart, />10\.00 s = 2\.0 × cat</);
  assert.doesNotMatch(chart, /7\.77/);
});

test('its text is escaped', () => {
  assert.match(chart, /A &amp; B &lt;fast&gt;/);
  assert.equal(chart.match(/<text/g)?.length, chart.match(/<\/text>/g)?.length);
});
