import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Contents } from '../../src/verify/contents.js';
import { verifyArchive } from '../../src/verify/verify.js';
import { dockerMembers, type Member, makeArchive, streamOf } from '../support/archives.js';

const { layers, config, manifest } = dockerMembers({ layers: [Buffer.from('one'), Buffer.from('two')] });
const [first, second] = [layers[0] ?? assert.fail(), layers[1] ?? assert.fail()];
const GOOD = [...layers, config, manifest];

test('entries may come in any order, be there twice with the same bytes, and have ./ before their names', async () => {
  assert.deepEqual(await mismatchesOf([manifest, config, second, first, second]), []);
  assert.deepEqual(await mismatchesOf(GOOD.map((member) => ({ ...member, name: `./${member.name}` }))), []);
});

test('an entry that is there twice, with different bytes, is a mismatch', async () => {
  const mismatches = await mismatchesOf([{ ...first, body: 'ONE' }, ...GOOD]);
  assert.deepEqual(mismatches, [`${first.name} is there twice, with different bytes`]);
});

test('an image config is read once, and its fault is reported once', async () => {
  const contents = new Contents();
  const file = await contents.hash({ name: 'c.json', type: 'file', linkName: '' }, chunks('[]'));
  contents.add(file);
  assert.deepEqual([contents.readConfig(file), contents.readConfig(file)], [undefined, undefined]);
  assert.deepEqual(contents.findings.mismatches, ['c.json is not an object']);
});

test('a layout may hold only files and folders, and other kinds of file are ignored elsewhere', async () => {
  const contents = new Contents();
  for (const [name, type] of [
    ['blobs', 'directory'],
    ['blobs/sha256', 'directory'],
    ['blobs/sha256/ab', 'directory'],
    ['index.json', 'symlink'],
    ['oci-layout', 'fifo'],
    ['other', 'symlink'],
  ] as const) {
    contents.add(await contents.hash({ name, type, linkName: '' }, chunks()));
  }
  assert.deepEqual(contents.findings.mismatches, [
    'blobs/sha256/ab is no file, but a directory',
    'index.json is a symbolic link, which is not followed',
    'oci-layout is no file, but a fifo',
  ]);
  assert.equal(contents.count, 6);
});

test('a fault in the program is no mismatch', async () => {
  const contents = new Contents();
  const file = await contents.hash({ name: 'c.json', type: 'file', linkName: '' }, chunks('{}'));
  const fault = new TypeError('fault');
  const read = () => {
    throw fault;
  };
  assert.throws(() => contents.read(file, read), fault);
});

async function mismatchesOf(members: readonly Member[]): Promise<readonly string[]> {
  return (await verifyArchive(streamOf(await makeArchive(members)))).mismatches;
}

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
