import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlatforms, type SourcedInput, sharedNames } from '../../src/api/platforms.js';
import { parseConf } from '../../src/config/parse.js';
import { imageInput } from '../../src/inputs/described.js';
import type { ImageName } from '../../src/oci/image-name.js';
import { FIRST_KIND } from '../support/confs.js';

test('images that are built together are each for a platform of their own', () => {
  checkPlatforms([input('a', { architecture: 'amd64' }), input('b', { architecture: 'arm64' })]);
  checkPlatforms(['v6', 'v7'].map((variant) => input(variant, { architecture: 'arm', variant })));
  const same = [input('a', { architecture: 'arm64' }), input('b', { architecture: 'arm64', variant: 'v8' })];
  assert.throws(() => checkPlatforms(same), { code: 'USAGE', message: 'a and b are both for linux/arm64/v8' });
  assert.throws(() => checkPlatforms([]), { code: 'USAGE', message: 'no conf is given' });
});

test('they have the name of their confs if it is one, or else the one that is asked for', () => {
  const [a, b] = [input('a', { repo_tag: 'app:1' }), input('b', { repo_tag: 'app:2' })];
  assert.deepEqual(textOf(sharedNames([a, a])), ['app:1']);
  assert.throws(() => sharedNames([a, b], []), {
    code: 'USAGE',
    message: 'the confs have different names: app:1; app:2',
    hint: /--tag/,
  });
  assert.deepEqual(textOf(sharedNames([a, b], ['app:3', 'app'])), ['app:3', 'app:latest']);
});

function input(source: string, fields: object): SourcedInput {
  return { input: imageInput(parseConf(JSON.stringify({ ...FIRST_KIND, ...fields })).conf), source };
}

function textOf(names: readonly ImageName[]): string[] {
  return names.map(({ text }) => text);
}
