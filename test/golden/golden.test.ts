import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { archiveStream, type BuildOptions } from '../../src/api/functions.js';
import { parseConf } from '../../src/config/parse.js';
import { readArchive } from '../../src/tar/archive.js';
import { verifyArchive } from '../../src/verify/verify.js';
import { tempDir } from '../support/temp-dir.js';
import { type GoldenCase, layOut, readCases, tagOf } from './case.js';

const cases = readCases();

describe('conformance', () => {
  it('has all its cases', () => assert.equal(cases.length, 29));

  for (const golden of cases) {
    for (const workers of [1, 2, 7]) {
      it(`${golden.name}, ${workers} workers: ${golden.about}`, (t) => check(t, golden, { workers }));
    }
    it(`${golden.name}, in a single pass`, (t) => check(t, golden, { workers: 2, singlePass: true }));
  }
});

async function check(t: TestContext, golden: GoldenCase, options: BuildOptions): Promise<void> {
  const storeRoot = tempDir(t);
  const { conf } = parseConf(layOut(golden, storeRoot), { repoTag: tagOf(golden) });
  const { stream, summary } = archiveStream(conf, { ...options, storeRoot });
  const archive = await stream.toArray();
  const { imageId, layers } = await summary;
  const { names, documents } = await readEntries(archive);

  const expect = options.singlePass ? expectPositions(golden) : golden.expect;
  assert.deepEqual(names, expect.entries);
  assert.deepEqual(
    layers.map(({ diffId, size }) => ({ diffId, size })),
    expect.layers.map(({ diffId, size }) => ({ diffId, size })),
  );
  assert.equal(documents.at(-2), expect.configJson);
  if (options.singlePass) assert.deepEqual(JSON.parse(documents.at(-1) ?? ''), JSON.parse(expect.manifestJson));
  else assert.equal(documents.at(-1), expect.manifestJson);
  assert.equal(imageId, expect.imageId);
  const report = await verifyArchive(Readable.from(archive));
  assert.deepEqual(report.mismatches, []);
}

/** With names by position: a base image's layers keep theirs. */
function expectPositions({ baseImageGzipBase64, conf, expect }: GoldenCase): GoldenCase['expect'] {
  const ours = JSON.parse(conf).store_layers.length + 1;
  const first = baseImageGzipBase64 === undefined ? 0 : expect.layers.length - ours;
  const names = expect.layers.map(({ name }, i) => (i < first ? name : `layer-${i + 1}.tar`));
  const [{ Layers: _, ...about }] = JSON.parse(expect.manifestJson);
  return {
    ...expect,
    entries: [...names, ...expect.entries.slice(names.length)],
    manifestJson: JSON.stringify([{ ...about, Layers: names }]),
  };
}

async function readEntries(archive: readonly Uint8Array[]): Promise<{ names: string[]; documents: string[] }> {
  const names: string[] = [];
  const documents: string[] = [];
  await readArchive(Readable.from(archive), async (entry, body) => {
    names.push(entry.name);
    const parts: Uint8Array[] = [];
    for await (const chunk of body) parts.push(chunk);
    if (entry.name.endsWith('.json')) documents.push(Buffer.concat(parts).toString());
  });
  return { names, documents };
}
