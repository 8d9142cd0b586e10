import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseImageName } from '../../src/oci/image-name.js';

const HUB = 'docker.io';

const NAMES: readonly [text: string, full: string, tag: string][] = [
  ['app', `${HUB}/library/app:latest`, 'latest'],
  ['1.2', `${HUB}/library/1.2:latest`, 'latest'],
  ['app:1.2', `${HUB}/library/app:1.2`, '1.2'],
  ['team/app:1.2', `${HUB}/team/app:1.2`, '1.2'],
  ['team/app', `${HUB}/team/app:latest`, 'latest'],
  ['registry.example/app', 'registry.example/app:latest', 'latest'],
  ['registry.example:5000/app', 'registry.example:5000/app:latest', 'latest'],
  ['registry.example:5000/a/b__c/d-e:X_1', 'registry.example:5000/a/b__c/d-e:X_1', 'X_1'],
  ['localhost/app:1', 'localhost/app:1', '1'],
  ['Host/app:1', 'Host/app:1', '1'],
  ['[::1]:5000/app:1', '[::1]:5000/app:1', '1'],
  ['index.docker.io/app:1', `${HUB}/library/app:1`, '1'],
  [`${HUB}/app:1`, `${HUB}/library/app:1`, '1'],
  [`${HUB}/library/app:1`, `${HUB}/library/app:1`, '1'],
  ['registry.example/sha256:1', 'registry.example/sha256:1', '1'],
  [`${'a'.repeat(64)}:1`, `${HUB}/library/${'a'.repeat(64)}:1`, '1'],
];

for (const [text, full, tag] of NAMES) {
  const written = tag === 'latest' ? `${text}:latest` : text;
  test(`${text} is ${full}`, () => assert.deepEqual(parseImageName(text), { text: written, tag, full }));
}

const NO_NAMES = [
  ...[
    '',
    ':',
    'app:',
    ':1',
    '_x',
    'sha256',
    'sha256:abc',
    'docker.io/library/sha256:abc',
    'a'.repeat(64),
    '/app:1',
    'app/:1',
    'App:1',
    'a b:1',
    'app:a b',
    'app:-1',
    '-1',
    'é',
    'a..b:1',
    'a/../b:1',
  ],
  ...[`app@sha256:${'0'.repeat(64)}`, `app:1@sha256:${'0'.repeat(64)}`, 'host..x/app:1', 'app:1\n', '../etc:1'],
  ...['x'.repeat(256), `app:${'x'.repeat(129)}`, `${'x'.repeat(256)}:1`],
];

for (const text of NO_NAMES) {
  test(`${JSON.stringify(text.slice(0, 40))} is no name`, () => assert.equal(parseImageName(text), undefined));
}

test('a full name is its own full name', () => {
  const part = fc.stringMatching(/^[a-z\d]{1,5}([._-][a-z\d]{1,3})?$/);
  const name = fc.tuple(fc.array(part, { minLength: 1, maxLength: 4 }), fc.stringMatching(/^\w[\w.-]{0,9}$/));
  fc.assert(
    fc.property(name, ([parts, tag]) => {
      const parsed = parseImageName(`${parts.join('/')}:${tag}`);
      assert.ok(parsed !== undefined);
      assert.deepEqual(parseImageName(parsed.full), { ...parsed, text: parsed.full });
      assert.equal(parsed.tag, tag);
    }),
  );
});
