import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameAnnotations, readNames, readShownName, withoutTag } from '../../src/oci/annotations.js';

const REF = 'org.opencontainers.image.ref.name';
const FULL = 'io.containerd.image.name';

test('names that are written are read again', () => {
  const name = { full: 'docker.io/library/app:1', tag: '1' };
  assert.deepEqual(readNames(new Map(Object.entries(nameAnnotations(name)))), name);
});

test('a full name may be short, or in the place of the tag', () => {
  assert.equal(readNames(new Map([[FULL, 'app:1']])).full, 'docker.io/library/app:1');
  assert.equal(readNames(new Map([[REF, 'localhost/app:1']])).full, 'localhost/app:1');
  assert.equal(readNames(new Map([[FULL, 'no name!']])).full, 'no name!');
});

test('an annotation that is not text gives no name', () => {
  for (const value of ['', 5, null, new Map()]) {
    assert.deepEqual(
      readNames(
        new Map<string, unknown>([
          [REF, value],
          [FULL, value],
        ]),
      ),
      { full: undefined, tag: undefined },
    );
  }
});

test('the full name is shown unchanged, or else the tag', () => {
  assert.equal(
    readShownName(
      new Map([
        [REF, '1'],
        [FULL, 'app:1'],
      ]),
    ),
    'app:1',
  );
  assert.equal(readShownName(new Map([[REF, '1']])), '1');
  assert.equal(readShownName(new Map([['x', 'y']])), undefined);
});

test('without its tag an entry keeps all other annotations', () => {
  assert.deepEqual(
    [
      ...withoutTag(
        new Map([
          [FULL, 'app:1'],
          [REF, '1'],
          ['x', 'y'],
        ]),
      ),
    ],
    [
      [FULL, 'app:1'],
      ['x', 'y'],
    ],
  );
});
