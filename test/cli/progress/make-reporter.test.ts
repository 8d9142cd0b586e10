import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeReporter } from '../../../src/cli/progress/make-reporter.js';
import { formatSummary } from '../../../src/cli/progress/summary.js';
import { EVENTS, SUMMARY } from '../../support/build-events.js';
import { stderrOf } from '../../support/stderr.js';

const DIFF_ID = SUMMARY.layers[0]?.diffId;
const WARNING = 'layerstream: warning: the cache is odd\n';

describe('a reporter', () => {
  it('that is plain writes warnings, a line for each layer, and the summary', async (t) => {
    const reporter = await makeReporter('plain');
    const text = stderrOf(t, () => {
      for (const event of EVENTS) reporter.onEvent(event);
      reporter.finish(SUMMARY);
    });
    assert.equal(
      text,
      `${WARNING}layer 1/2: 40.0 MB, ${DIFF_ID}\nlayer 2/2: 1 path, 31 entries, 60.0 MB, ${DIFF_ID}\n` +
        formatSummary(SUMMARY),
    );
  });

  it('that is for machines writes each event as JSON, and the end only when the output is complete', async (t) => {
    const reporter = await makeReporter('json');
    const before = stderrOf(t, () => {
      for (const event of EVENTS) reporter.onEvent(event);
    });
    assert.deepEqual(
      before.split('\n').map((line) => (line === '' ? undefined : JSON.parse(line).type)),
      ['started', 'warning', 'layer-scanned', 'layer-hashed', 'layer-written', 'layer-written', undefined],
    );
    assert.deepEqual(JSON.parse(stderrOf(t, () => reporter.finish(SUMMARY))), { type: 'finished', summary: SUMMARY });
  });

  it('that is off writes only warnings', async (t) => {
    const reporter = await makeReporter('off');
    const text = stderrOf(t, () => {
      for (const event of EVENTS) reporter.onEvent(event);
      reporter.finish(SUMMARY);
      reporter.abort();
    });
    assert.equal(text, WARNING);
  });
});
