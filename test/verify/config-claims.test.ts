import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../src/oci/digest.js';
import { type ConfigClaims, checkLayerCounts, checkPlatform, timeFaults } from '../../src/verify/config-claims.js';

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
  assert.deepEqual(mismatchesOf({ diffIds: [] }), ['M lists 1 layer, and C 0 diff_ids']);
  assert.deepEqual(mismatchesOf({ history: [undefined, 'b'] }), ['M lists 1 layer, and the history of C 2']);
});

test('both halves of a platform must be there', () => {
  assert.deepEqual(mismatchesOf({ platform: {} }), ['C has no architecture', 'C has no os']);
  assert.deepEqual(mismatchesOf({ platform: { os: 'linux', variant: 'v7' } }), ['C has no architecture']);
});

test('times may be missing, null or as RFC 3339 has them, as Go reads them', () => {
  for (const created of [
    undefined,
    null,
    '1970-01-01T00:00:01+00:00',
    '0001-01-01T00:00:00Z',
    '2024-05-06T07:08:09.123456789-12:30',
  ]) {
    assert.deepEqual(faultsOf({ created, history: [{ created }, {}] }), []);
  }
  assert.deepEqual(faultsOf({ created: '2024-05-06T07:08:09Z', history: null }), []);
});

test('other times are one fault, with the place of the first', () => {
  for (const created of [
    'now',
    '',
    '2024-05-06',
    '2024-05-06T07:08:09',
    '2024-05-06 07:08:09Z',
    '2023-02-30T00:00:00Z',
    '2024-05-06t07:08:09z',
  ]) {
    assert.deepEqual(faultsOf({ created, history: [{}, { created }] }), [
      `has no RFC 3339 time as created, but ${JSON.stringify(created)}, and 1 more such time: clients refuse it`,
    ]);
  }
  assert.deepEqual(faultsOf({ history: [{}, { created: 'now' }] }), [
    'has no RFC 3339 time as history[1].created, but "now": clients refuse it',
  ]);
  assert.deepEqual(faultsOf({ created: 5 }), ['has no RFC 3339 time as created, but no text: clients refuse it']);
});

function faultsOf(config: object): string[] {
  return timeFaults(Buffer.from(JSON.stringify(config)));
}
