import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTable, left, right } from '../../bench/table.js';

test('columns are as wide as their widest cell, and lines end with no blanks', () => {
  const table = formatTable(
    [left('name'), right('s'), left('met')],
    [
      ['cat', '1.25', 'yes'],
      ['layerstream', '12.5', ''],
    ],
  );
  assert.deepEqual(table.split('\n'), ['name            s  met', 'cat          1.25  yes', 'layerstream  12.5']);
});
