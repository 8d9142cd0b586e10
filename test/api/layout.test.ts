import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { layoutArchiveInto } from '../../src/api/layout.js';
import { makeImage } from '../support/images.js';
import { withTempDir } from '../support/temp-dir.js';

test('an output is discarded if no staging directory can be made for it', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [100]);
    let discarded = 0;
    const output = {
      stagingParent: join(root, 'none'),
      write: () => assert.fail('nothing is there to write'),
      commit: () => assert.fail('nothing is there to commit'),
      discard: () => {
        discarded++;
      },
    };
    await assert.rejects(layoutArchiveInto(conf, output, { storeRoot }), { code: 'WRITE_FAILED' });
    assert.equal(discarded, 1);
  }));
