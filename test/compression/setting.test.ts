import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCompression } from '../../src/compression/setting.js';
import { layerMediaType } from '../../src/oci/media-types.js';
import { WITHOUT_ZSTD } from '../support/blobs.js';

test('a setting is a kind, alone or with a level', () => {
  assert.deepEqual(parseCompression('none'), { kind: 'none' });
  assert.deepEqual(parseCompression('gzip'), { kind: 'gzip', level: 6 });
  for (const level of [1, 5, 9]) assert.deepEqual(parseCompression(`gzip:${level}`), { kind: 'gzip', level });
});

test('zstd is a setting if this Node.js has it', { skip: WITHOUT_ZSTD }, () => {
  assert.deepEqual(parseCompression('zstd'), { kind: 'zstd', level: 3 });
  for (const level of [1, 10, 19]) assert.deepEqual(parseCompression(`zstd:${level}`), { kind: 'zstd', level });
});

test('without zstd in Node.js the error says which versions have it', {
  skip: WITHOUT_ZSTD === false && 'this Node.js has zstd',
}, () => {
  assert.throws(() => parseCompression('zstd:3'), { code: 'USAGE', message: /no zstd/, hint: /Node\.js 22\.15/ });
});

test('anything else is a usage error, with a hint of what is right', () => {
  const wrong = ['', 'none:1', 'gzip:', 'gzip:0', 'gzip:10', 'gzip:06', 'gzip:-1', 'gzip:6.5', 'GZIP', ' gzip', 'xz'];
  for (const text of [...wrong, 'zstd:0', 'zstd:20', 'zstd:999999999999999999999', 'gzip\n']) {
    assert.throws(() => parseCompression(text), {
      code: 'USAGE',
      message: `unknown compression ${JSON.stringify(text)}`,
      hint: /gzip:1 to gzip:9.*zstd:1 to zstd:19/,
    });
  }
});

test('each kind has its media type', () => {
  const kinds = ['none', 'gzip', 'zstd'] as const;
  assert.deepEqual(
    kinds.map((kind) => layerMediaType(kind).replace('application/vnd.oci.image.layer.v1.', '')),
    ['tar', 'tar+gzip', 'tar+zstd'],
  );
});
