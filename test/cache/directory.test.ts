import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { resolveCacheDirectory } from '../../src/cache/directory.js';

const HOME = '/home/user';

test('the cache is where the XDG specification says, or in the given directory', () => {
  for (const [given, env, expected] of [
    [undefined, { HOME }, '/home/user/.cache/layerstream'],
    [undefined, { HOME, XDG_CACHE_HOME: '/caches' }, '/caches/layerstream'],
    [undefined, { XDG_CACHE_HOME: '/caches/' }, '/caches/layerstream'],
    ['/var/cache', { HOME, XDG_CACHE_HOME: '/caches' }, '/var/cache'],
    ['some/where', {}, join(process.cwd(), 'some/where')],
    // What is empty or relative is as good as not set.
    [undefined, { HOME, XDG_CACHE_HOME: '' }, '/home/user/.cache/layerstream'],
    [undefined, { HOME, XDG_CACHE_HOME: 'caches' }, '/home/user/.cache/layerstream'],
    [undefined, { HOME, XDG_CACHE_HOME: './caches' }, '/home/user/.cache/layerstream'],
  ] as const) {
    assert.equal(resolveCacheDirectory(given, env), expected);
  }
});

test('there may be no place for it', () => {
  for (const env of [{}, { HOME: '' }, { HOME: 'user' }, { HOME: undefined, XDG_CACHE_HOME: 'x' }]) {
    assert.equal(resolveCacheDirectory(undefined, env), undefined);
  }
});
