import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Session } from '../../src/api/session.js';
import { makeImage } from '../support/images.js';
import { withTempDir } from '../support/temp-dir.js';

test('an output is aborted if no staging directory can be made for it', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [100]);
    let aborts = 0;
    const output = {
      stagingParent: join(root, 'none'),
      write: () => assert.fail('nothing is there to write'),
      flush: () => assert.fail('nothing is there to flush'),
      commit: () => assert.fail('nothing is there to commit'),
      abort: () => {
        aborts++;
      },
    };
    const session = Session.start();
    try {
      await assert.rejects(session.layoutArchive(conf, output, { storeRoot }), { code: 'WRITE_FAILED' });
    } finally {
      await session.close();
    }
    assert.equal(aborts, 1);
  }));
