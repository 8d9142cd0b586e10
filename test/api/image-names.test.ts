import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageNames } from '../../src/api/image-names.js';
import { parseConf } from '../../src/config/parse.js';
import { FIRST_KIND } from '../support/confs.js';

const { conf } = parseConf(JSON.stringify({ ...FIRST_KIND, repo_tag: 'app:1' }));
const OWN = [{ tag: '1', full: 'docker.io/library/app:1' }];

test('an image without tags is called as its conf says', () => {
  assert.deepEqual(imageNames(conf, undefined), OWN);
  assert.deepEqual(imageNames(conf, []), OWN);
});

test('tags that were asked for come in their order, and in place of that of the conf', () => {
  assert.deepEqual(imageNames(conf, ['2.0', 'registry.example/app:3']), [
    { tag: '2.0', full: undefined },
    { tag: '3', full: 'registry.example/app:3' },
  ]);
});

test('a text that is no name is refused, in a tag and in the conf', () => {
  const refused = { code: 'USAGE', message: '"App:1" is no name of an image', hint: /--tag/ };
  assert.throws(() => imageNames(conf, ['2.0', 'App:1']), refused);
  assert.throws(() => imageNames({ ...conf, repoTag: 'App:1' }, undefined), refused);
});
