import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { LayerstreamError } from '../../src/ground/errors.js';
import { type ArchiveEntry, readArchive } from '../../src/tar/archive.js';
import { makeArchive, streamOf } from '../support/archives.js';

const MEMBERS = [
  { name: 'd', type: 'directory' },
  { name: `long/${'n'.repeat(200)}`, body: 'x'.repeat(700) },
  { name: 'l', type: 'symlink', linkname: '../target' },
  { name: 'h', type: 'link', linkname: 'd/file' },
  { name: 'last', body: 'end' },
] as const;

test('each entry comes with its offset in the archive, in chunks of any size', async () => {
  const bytes = await makeArchive(MEMBERS);
  for (const chunkSize of [1, 511, 512, 700, 65536]) {
    const entries: ArchiveEntry[] = [];
    await readArchive(streamOf(bytes, chunkSize), async (entry) => {
      entries.push(entry);
    });
    assert.deepEqual(
      entries.map(({ name, type, linkName }) => [name, type, linkName]),
      [
        ['d', 'directory', ''],
        [MEMBERS[1].name, 'file', ''],
        ['l', 'symlink', '../target'],
        ['h', 'link', 'd/file'],
        ['last', 'file', ''],
      ],
    );
    const bodies = entries.map(({ offset, size }) => bytes.toString('latin1', offset, offset + size));
    assert.deepEqual(bodies, ['', 'x'.repeat(700), '', '', 'end']);
  }
});

test('a body can be read, or skipped', async () => {
  const bytes = await makeArchive(MEMBERS);
  let text = '';
  await readArchive(streamOf(bytes, 100), async (entry, body) => {
    if (entry.name !== 'last') return;
    for await (const chunk of body) text += Buffer.from(chunk).toString();
  });
  assert.equal(text, 'end');
});

test('an archive that is cut, wherever it is, is not a whole one', async () => {
  const bytes = await makeArchive([{ name: 'a', body: 'x'.repeat(1000) }]);
  for (const length of [1, 511, 513, 1000, 1511]) {
    const input = streamOf(bytes.subarray(0, length));
    await assert.rejects(
      readAll(input),
      { code: 'ARCHIVE_INVALID', message: /^not a whole tar archive: / },
      `${length}`,
    );
    assert.equal(input.destroyed, true);
  }
});

test('bytes that are not a tar are not a whole one either', async () => {
  await assert.rejects(readAll(streamOf(Buffer.alloc(2000, 'no tar'))), { code: 'ARCHIVE_INVALID' });
});

test('a failure of the input, or of the callback, ends the reading', async () => {
  const bytes = await makeArchive(MEMBERS);
  const broken = Readable.from(
    (function* () {
      yield bytes.subarray(0, 700);
      throw new Error('disk on fire');
    })(),
    { objectMode: false },
  );
  await assert.rejects(readAll(broken), { code: 'ARCHIVE_INVALID', message: /disk on fire/ });

  const input = streamOf(bytes, 512);
  const failure = new LayerstreamError('INPUT_INVALID', 'not mine');
  await assert.rejects(
    readArchive(input, () => Promise.reject(failure)),
    failure,
  );
  assert.equal(input.destroyed, true);
});

function readAll(input: Readable): Promise<void> {
  return readArchive(input, async () => {});
}
