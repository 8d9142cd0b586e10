import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ArchiveWriter } from '../../src/tar/archive.js';

it('an archive fails as its target does', async () => {
  for (const goodWrites of [0, 1, 2]) {
    const failure = new Error('the target is full');
    let writes = 0;
    const archive = new ArchiveWriter(
      {
        write: async () => {
          if (writes++ >= goodWrites) throw failure;
        },
      },
      { time: 0 },
    );
    const adding = archive.entry({ name: 'name', size: 1024 }, async (target) => {
      for (const _ of [1, 2]) await target.write(Buffer.alloc(512));
    });
    await assert.rejects(adding, failure);
    await assert.rejects(archive.end(), failure);
  }
});
