import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { digestOf } from '../../../src/oci/digest.js';
import { makeCounter, readCounter } from '../../../src/threads/shared/counter.js';
import { type FactsFound, type FactsPlace, runFacts } from '../../../src/threads/tasks/facts.js';
import { makeFifo } from '../../support/cli-special-files.js';
import { tempDir } from '../../support/temp-dir.js';

const PLAIN = Buffer.alloc(2_500_000, 'layer ');
const PACKED = gzipSync(PLAIN);

test('a file is read to its end, with all digests, and its bytes are counted', async (t) => {
  const path = join(tempDir(t), 'file');
  writeFileSync(path, PACKED);
  const read = makeCounter();
  const found = await runFacts({ kind: 'facts', place: { path }, wanted: { sha512: true, isDocument: false }, read });
  assert(found.kind === 'read');
  assert.equal(found.facts.digest, digestOf(PACKED));
  assert.equal(found.facts.diffId, digestOf(PLAIN));
  assert.deepEqual([found.facts.size, found.facts.plainSize], [PACKED.length, PLAIN.length]);
  assert.equal(found.facts.sha512, `sha512:${createHash('sha512').update(PACKED).digest('hex')}`);
  assert.equal(found.facts.document.kind, 'omitted');
  assert.equal(readCounter(read), PACKED.length);
});

test('of a part only its bytes are read, and the descriptor stays open', async (t) => {
  const path = join(tempDir(t), 'file');
  writeFileSync(path, Buffer.concat([Buffer.from('before'), PLAIN, Buffer.from('{}'), Buffer.from('after')]));
  const fd = openSync(path, 'r');
  t.after(() => closeSync(fd));
  const [layer, document] = await Promise.all([
    run({ fd, offset: 6, size: PLAIN.length }),
    run({ fd, offset: 6 + PLAIN.length, size: 2 }),
  ]);
  assert(layer.kind === 'read' && document.kind === 'read');
  assert.equal(layer.facts.digest, digestOf(PLAIN));
  assert.deepEqual(document.facts.document, { kind: 'kept', bytes: Buffer.from('{}') });
});

test('nothing but a regular file is read, and no link is followed', async (t) => {
  const directory = tempDir(t);
  const place = (name: string): { path: string } => ({ path: join(directory, name) });
  makeFifo(place('fifo').path);
  mkdirSync(place('directory').path);
  symlinkSync('fifo', place('link').path);
  assert.deepEqual(await run(place('fifo')), { kind: 'irregular' });
  assert.deepEqual(await run(place('directory')), { kind: 'irregular' });
  assert.deepEqual(await run(place('link')), {
    kind: 'unreadable',
    why: 'ELOOP: too many symbolic links encountered',
  });
  assert.deepEqual(await run(place('none')), { kind: 'unreadable', why: 'ENOENT: no such file or directory' });
});

function run(place: FactsPlace): Promise<FactsFound> {
  return runFacts({ kind: 'facts', place, wanted: { sha512: false, isDocument: false }, read: makeCounter() });
}
