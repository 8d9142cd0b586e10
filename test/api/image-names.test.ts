import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archiveTags, layoutNames, parseTags } from '../../src/api/image-names.js';
import type { BuildEvent } from '../../src/events/events.js';

const OWN = ['app:1'];
const REFUSED = { code: 'USAGE', message: '"App:1" is not an image name', hint: /^A name is like app:1\.2 or / };

/** The names in an archive, and the warnings. */
function inArchive(own: readonly string[], tags?: readonly string[]): [readonly string[], string[]] {
  const warnings: string[] = [];
  const onEvent = (event: BuildEvent): void => {
    if (event.type === 'warning') warnings.push(event.message);
  };
  return [archiveTags(own, { tags, source: 'conf.json', onEvent }), warnings];
}

function texts(names: readonly { readonly text: string }[]): string[] {
  return names.map(({ text }) => text);
}

test('an image without tags is called as its conf says', () => {
  for (const tags of [undefined, []]) {
    assert.deepEqual(layoutNames(OWN, { tags }), [{ text: 'app:1', tag: '1', full: 'docker.io/library/app:1' }]);
    assert.deepEqual(inArchive(OWN, tags), [OWN, []]);
  }
});

test('tags that were asked for come in their order, and in place of that of the conf', () => {
  const tags = ['registry.example/app:3', 'app'];
  assert.deepEqual(texts(layoutNames(OWN, { tags })), ['registry.example/app:3', 'app:latest']);
  assert.deepEqual(inArchive(OWN, tags), [['registry.example/app:3', 'app:latest'], []]);
});

test('a name that is there twice counts once, however it is written', () => {
  const tags = ['app', 'docker.io/library/app:latest', 'app:1', 'app:latest'];
  assert.deepEqual(texts(parseTags(tags)), ['app:latest', 'app:1']);
});

test('a tag that is not a name is refused', () => {
  assert.throws(() => parseTags(['app:2', 'App:1']), REFUSED);
  assert.throws(() => layoutNames(OWN, { tags: ['App:1'] }), REFUSED);
  assert.throws(() => inArchive(OWN, ['App:1']), REFUSED);
});

test('what a conf calls its image stays in an archive as it is, with a warning if clients refuse it', () => {
  for (const text of ['App:1', 'app', 'sha256:abc', 'Bad Tag']) {
    const fault = `${JSON.stringify(text)} is not a name with a tag, and Docker refuses it`;
    assert.deepEqual(inArchive([text]), [[text], [`conf.json: repo_tag: ${fault}; name the image with --tag`]]);
    assert.deepEqual(inArchive([text], ['other:1']), [['other:1'], []]);
  }
});

test('in a layout a conf may leave out the tag, and is refused if no name can be made of its own', () => {
  assert.deepEqual(texts(layoutNames(['app'], {})), ['app:latest']);
  assert.throws(() => layoutNames(['App:1'], { source: 'conf.json' }), {
    code: 'CONF_INVALID',
    message: 'conf.json: repo_tag: "App:1" is not an image name',
    hint: /^Name the image with --tag\. /,
  });
});
