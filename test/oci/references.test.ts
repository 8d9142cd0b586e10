import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readReferences } from '../../src/oci/references.js';

const to = (digest: string) => ({ mediaType: `type-of-${digest}`, digest, size: 1 });

test('all that a document points to is found, whatever its kind', () => {
  const document = {
    config: to('c'),
    subject: to('s'),
    layers: [to('l1'), to('l2')],
    manifests: [to('m')],
    blobs: [to('b')],
    other: to('x'),
  };
  const found = readReferences(Buffer.from(JSON.stringify(document)));
  assert.deepEqual(
    found.map(({ digest, role, mediaType }) => `${role} ${digest} ${mediaType}`),
    [
      'content c type-of-c',
      'manifest s type-of-s',
      'manifest m type-of-m',
      'content l1 type-of-l1',
      'content l2 type-of-l2',
      'content b type-of-b',
    ],
  );
});

test('a document that points to nothing has no references', () => {
  assert.deepEqual(readReferences(Buffer.from('{"layers":null,"config":null,"manifests":[]}')), []);
});

const FAULTS: readonly [text: string, message: string][] = [
  ['[]', 'is not an object'],
  ['{"layers":{}}', 'layers is not a list'],
  ['{"config":[]}', 'config is not an object'],
  ['{"layers":[{"mediaType":"x","digest":"y"},null]}', 'layers[1] is not an object'],
  ['{"manifests":[{"digest":"y"}]}', 'manifests[0] has no mediaType'],
  ['{"subject":{"mediaType":"x","digest":5}}', 'subject has no digest'],
];
for (const [text, message] of FAULTS) {
  test(`${text}: ${message}`, () => {
    assert.throws(() => readReferences(Buffer.from(text)), { name: 'DocumentError', message });
  });
}
