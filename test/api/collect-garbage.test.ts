import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectGarbage } from '../../src/api/collect-garbage.js';

test('a warning says how many other builds keep garbage from being collected', async () => {
  const warnings: string[] = [];
  for (const builds of [1, 2]) {
    const layout = { collectGarbage: async () => ({ kind: 'postponed', builds }) as const };
    await collectGarbage(layout, { signal: undefined, onWarning: (message) => warnings.push(message) });
  }
  assert.deepEqual(
    warnings,
    ['1 other build writes', '2 other builds write'].map(
      (builds) => `blobs that nothing needs were left: ${builds} to this layout`,
    ),
  );
});
