import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeReporter } from '../../../src/cli/progress/make-reporter.js';
import { formatSummary } from '../../../src/cli/progress/summary.js';
import { EVENTS, SUMMARY } from '../../support/build-events.js';
import { stderrOf } from '../../support/stderr.js';

const PLACES = { archive: 'image.tar' };
const WARNING = 'layerstream: warning: the cache is odd\n';

describe('a reporter', () => {
  it('that is plain writes warnings and the summary', async (t) => {
    const reporter = await makeReporter('plain', PLACES);
    const text = stderrOf(t, () => {
      for (const event of EVENTS) reporter.onEvent(event);
      reporter.finish(SUMMARY);
    });
    assert.match(
      text.replace(WARNING, ''),
      /^2\/2 {2}60\.0 MB {2}[\da-f]{12} {2}new {2}\/nix\/store\/b\napp:1 → image\.tar\n/,
    );
    assert.ok(text.startsWith(WARNING) && text.endsWith(formatSummary(SUMMARY, PLACES)));
  });

  it('that is for machines writes each event as JSON, and the end only when the output is complete', async (t) => {
    const reporter = await makeReporter('json', PLACES);
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
    const reporter = await makeReporter('off', PLACES);
    const text = stderrOf(t, () => {
      for (const event of EVENTS) reporter.onEvent(event);
      reporter.finish(SUMMARY);
      reporter.abort();
    });
    assert.equal(text, WARNING);
  });
});
