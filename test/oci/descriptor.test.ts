import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../src/oci/digest.js';
import { readIndex } from '../../src/oci/index.js';
import { readImageManifest } from '../../src/oci/manifest.js';

const DIGEST = digestOf(Buffer.from('a'));
const GOOD = { mediaType: 'text/plain', digest: DIGEST, size: 1 };
const READ = {
  mediaType: 'text/plain',
  digest: DIGEST,
  size: 1n,
  data: undefined,
  hasUrls: false,
  annotations: new Map(),
  platform: undefined,
};

test('a descriptor is read with all that may be in it, and null is as good as nothing', () => {
  const platform = { architecture: 'arm', os: 'linux', variant: 'v7', 'os.version': '1' };
  const full = { ...GOOD, size: 0, data: 'AAEC', urls: ['x'], annotations: { a: 'b' }, platform, artifactType: 'x' };
  const none = { ...GOOD, data: null, annotations: null, platform: null, urls: null };
  const { manifests } = readIndex(json({ schemaVersion: 2, mediaType: 'm', manifests: [GOOD, none, full] }));
  assert.deepEqual(manifests, [
    READ,
    READ,
    {
      ...READ,
      size: 0n,
      data: Buffer.from([0, 1, 2]),
      hasUrls: true,
      annotations: new Map([['a', 'b']]),
      platform: { architecture: 'arm', os: 'linux', variant: 'v7' },
    },
  ]);
});

const BAD: readonly [descriptor: unknown, fault: string][] = [
  [null, 'is not a descriptor'],
  [[], 'is not a descriptor'],
  [{ ...GOOD, mediaType: '' }, 'has no mediaType'],
  [{ ...GOOD, mediaType: 1 }, 'has no mediaType'],
  [{ ...GOOD, digest: undefined }, 'has no digest'],
  [{ ...GOOD, digest: DIGEST.toUpperCase() }, `has a digest of the wrong form: "${DIGEST.toUpperCase()}"`],
  [{ ...GOOD, digest: `${DIGEST}0` }, `has a digest of the wrong form: "${DIGEST}0"`],
  [{ ...GOOD, digest: 'sha512:12' }, 'has a digest of the wrong form: "sha512:12"'],
  [{ ...GOOD, digest: 'sha256:../../../etc/passwd' }, 'has a digest of the wrong form: "sha256:../../../etc/passwd"'],
  [{ ...GOOD, digest: 'blake3:../x' }, 'has a digest of the wrong form: "blake3:../x"'],
  [{ ...GOOD, digest: 'a' }, 'has a digest of the wrong form: "a"'],
  [{ ...GOOD, size: undefined }, 'has no size'],
  [{ ...GOOD, size: '1' }, 'has no size'],
  [{ ...GOOD, size: -1 }, 'has a size that is no count of bytes: -1'],
  [{ ...GOOD, size: 1.5 }, 'has a size that is no count of bytes: 1.5'],
  [{ ...GOOD, size: 1e21 }, 'has a size that is no count of bytes: 1e+21'],
  [{ ...GOOD, data: 'a' }, 'has data that is not base64'],
  [{ ...GOOD, data: 7 }, 'has data that is not base64'],
  [{ ...GOOD, annotations: [] }, 'has annotations that are not an object'],
  [{ ...GOOD, annotations: { a: 1 } }, 'has an annotation that is not a string'],
  [{ ...GOOD, platform: 'linux' }, 'has a platform that is not an object'],
  [{ ...GOOD, platform: { os: 'linux' } }, 'has a platform without architecture or os'],
  [{ ...GOOD, platform: { os: 'linux', architecture: 'arm', variant: 7 } }, 'has no string as variant'],
];

for (const [descriptor, fault] of BAD) {
  test(`no descriptor: ${JSON.stringify(descriptor)}`, () => {
    const { config, layers } = readImageManifest(json({ schemaVersion: 2, config: GOOD, layers: [descriptor, GOOD] }));
    assert.deepEqual([config, ...layers], [READ, fault, READ]);
  });
}

test('a size of too many digits is refused, and one that is no safe integer is kept', () => {
  const read = (size: string) => {
    const text = `{"schemaVersion":2,"manifests":[{"mediaType":"m","digest":"${DIGEST}","size":${size}}]}`;
    return readIndex(Buffer.from(text)).manifests[0];
  };
  assert.equal(read('9'.repeat(1_000_000)), `has a size that is no count of bytes: ${'9'.repeat(40)}`);
  const large = read('9223372036854775807');
  assert.ok(typeof large === 'object' && large.size === 9223372036854775807n);
});

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
