import assert from 'node:assert/strict';
import { test } from 'node:test';
import { object } from '../../src/oci/document.js';
import {
  formatPlatform,
  isSamePlatform,
  platformKey,
  platformObject,
  platformOf,
  readPartialPlatform,
  readPlatform,
} from '../../src/oci/platform.js';

test('only 64-bit ARM has a variant that is known', () => {
  assert.deepEqual(platformOf({ architecture: 'amd64' }), { architecture: 'amd64', os: 'linux' });
  assert.deepEqual(platformOf({ architecture: 'arm' }), { architecture: 'arm', os: 'linux' });
  assert.deepEqual(platformOf({ architecture: 'arm64' }), { architecture: 'arm64', os: 'linux', variant: 'v8' });
  assert.deepEqual(platformOf({ architecture: 'arm', variant: 'v7' }), {
    architecture: 'arm',
    os: 'linux',
    variant: 'v7',
  });
});

test('a platform that is made is read again', () => {
  for (const architecture of ['amd64', 'arm64']) {
    const platform = platformOf({ architecture });
    assert.deepEqual(readPlatform(platformObject(platform)), { variant: undefined, ...platform });
  }
});

test('a config need not say all of its platform', () => {
  assert.deepEqual(readPartialPlatform(object({ os: 'linux', variant: null })), {
    architecture: undefined,
    os: 'linux',
    variant: undefined,
  });
  assert.throws(() => readPartialPlatform(object({ os: [] })), {
    name: 'DocumentError',
    message: 'has no string as os',
  });
});

test('a platform is shown with its variant, and not at all where half of it is missing', () => {
  assert.equal(formatPlatform(platformOf({ architecture: 'arm64' })), 'linux/arm64/v8');
  assert.equal(formatPlatform(platformOf({ architecture: 'amd64' })), 'linux/amd64');
  for (const platform of [undefined, {}, { os: 'linux' }, { architecture: 'arm' }]) {
    assert.equal(formatPlatform(platform), undefined);
  }
});

test('a variant may be left out on either side, and nothing else', () => {
  const arm = { architecture: 'arm', os: 'linux' };
  const [v6, v7] = [
    { ...arm, variant: 'v6' },
    { ...arm, variant: 'v7' },
  ];
  for (const [listed, config] of [
    [arm, arm],
    [arm, v7],
    [v7, arm],
    [v7, v7],
  ] as const) {
    assert.ok(isSamePlatform(listed, config));
  }
  for (const config of [v6, { ...v7, os: 'windows' }, { ...v7, architecture: 'arm64' }, { architecture: 'arm' }, {}]) {
    assert.ok(!isSamePlatform(v7, config));
  }
});

test('platforms that clients take for the same have one key, and others have others', () => {
  const keys = (architecture: string, ...variants: readonly (string | undefined)[]): Set<string> =>
    new Set(variants.map((variant) => platformKey({ os: 'linux', architecture, variant })));
  assert.equal(keys('arm64', undefined, '', 'v8', '8').size, 1);
  assert.equal(keys('arm', undefined, 'v7', '7').size, 1);
  assert.equal(keys('amd64', undefined, 'v1').size, 1);
  assert.equal(keys('arm', 'v5', 'v6', 'v7', 'v8').size, 4);
  assert.equal(keys('amd64', undefined, 'v2', 'v3').size, 3);
  assert.equal(keys('toString', undefined, 'v1').size, 2);
  assert.notEqual(
    platformKey(platformOf({ architecture: 'amd64' })),
    platformKey({ ...platformOf({ architecture: 'amd64' }), os: 'windows' }),
  );
});
