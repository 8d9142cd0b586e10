import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../src/oci/digest.js';
import { type ConfigClaims, checkLayerCounts, checkPlatform } from '../../src/verify/config-claims.js';

const DIGEST = digestOf(Buffer.from('a'));

function claims(config: Partial<ConfigClaims['config']>): ConfigClaims {
  const good = { diffIds: [DIGEST], history: ['made'], env: [], platform: { architecture: 'arm', os: 'linux' } };
  return { config: { ...good, ...config }, name: 'C', manifest: 'M', layers: 1 };
}

function mismatchesOf(config: Partial<ConfigClaims['config']>): string[] {
  const mismatches: string[] = [];
  checkLayerCounts(claims(config), mismatches);
  checkPlatform(claims(config), mismatches);
  return mismatches;
}

test('a config that agrees with its manifest has no mismatch, with a history or without', () => {
  assert.deepEqual(mismatchesOf({}), []);
  assert.deepEqual(mismatchesOf({ history: undefined }), []);
});

test('counts that differ are mismatches', () => {
  assert.deepEqual(mismatchesOf({ diffIds: [] }), ['M lists 1 layers, and C 0 diff_ids']);
  assert.deepEqual(mismatchesOf({ history: [undefined, 'b'] }), ['M lists 1 layers, and the history of C 2']);
});

test('both halves of a platform must be there', () => {
  assert.deepEqual(mismatchesOf({ platform: {} }), ['C has no architecture', 'C has no os']);
  assert.deepEqual(mismatchesOf({ platform: { os: 'linux', variant: 'v7' } }), ['C has no architecture']);
});
