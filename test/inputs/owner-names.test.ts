import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readOwnerNames } from '../../src/inputs/owner-names.js';
import { withTempDir } from '../support/temp-dir.js';

test('names are read by id: the first of an id, bytes as they are, odd lines left out', () =>
  withTempDir((directory) => {
    const path = join(directory, 'passwd');
    const lines = [
      'root:x:0:0:root:/root:/bin/sh',
      'toor:x:0:0::/:',
      '# note',
      '',
      'j\xf6rg:x:1000:100::/:',
      'bad:x:-1:',
      '+::::',
    ];
    writeFileSync(path, Buffer.from(lines.join('\n'), 'latin1'));
    assert.deepEqual(
      [...readOwnerNames(path)],
      [
        [0, 'root'],
        [1000, 'j\xf6rg'],
      ],
    );
  }));

test('a file that cannot be read knows no names', () =>
  withTempDir((directory) => {
    assert.equal(readOwnerNames(join(directory, 'none')).size, 0);
    assert.equal(readOwnerNames(directory).size, 0);
  }));
