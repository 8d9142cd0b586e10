import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Fate, fateOf, hasName, nameAnnotations, readShownName, withoutNames } from '../../src/oci/annotations.js';

const REF = 'org.opencontainers.image.ref.name';
const FULL = 'io.containerd.image.name';
const APP = { text: 'app:1', full: 'docker.io/library/app:1', tag: '1' };

test('names that are written are those of the image', () => {
  assert.deepEqual(fateOf(new Map(Object.entries(nameAnnotations(APP))), APP), { kind: 'replaced' });
});

const FATES: readonly [fate: Fate['kind'], ...[full: unknown, ref: unknown][]][] = [
  // A full name may be short, or in the place of the tag.
  ['replaced', ['app:1', '1'], ['docker.io/library/app:1', undefined], [undefined, '1'], [undefined, 'app:1']],
  ['replaced', ['app:1', 'docker.io/library/app:1'], ['app:1', 'index.docker.io/library/app:1']],
  ['kept', ['app:2', '2'], ['web:1', undefined], [undefined, '2'], [undefined, 'web:1'], ['no name!', '?']],
  // What is not text is no name.
  ['kept', [undefined, undefined], ['', ''], [5, 5], [null, null], [new Map(), new Map()]],
  ['replaced', ['app:1', 5], [null, '1']],
  // `umoci tag`, or Podman, of an image that is not ours any more; and another image with the same tag.
  ['renamed', ['app:1', 'theirs'], ['app:1', 'web:1'], ['web:1', '1'], ['web:1', 'app:1'], ['no name!', '1']],
];
for (const [kind, ...entries] of FATES) {
  for (const [full, ref] of entries) {
    test(`an entry with the full name ${full} and the tag ${ref} is ${kind} by app:1`, () => {
      const annotations = new Map(Object.entries({ a: 'b', [FULL]: full, [REF]: ref, x: 'y' }));
      // Any JSON may be there.
      const fate = fateOf(annotations as Parameters<typeof fateOf>[0], APP);
      assert.equal(fate.kind, kind);
      if (fate.kind !== 'renamed') return;
      const [lost, left] = ref === '1' || ref === 'app:1' ? [REF, FULL] : [FULL, REF];
      assert.deepEqual([fate.from, fate.to], [annotations.get(lost), annotations.get(left)]);
      assert.deepEqual([...fate.annotations.keys()], ['a', left, 'x']);
    });
  }
}

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

test('without its names an entry keeps all other annotations', () => {
  const annotations = { a: 'b', [FULL]: 'app:1', [REF]: '1', x: 'y' };
  assert.deepEqual(Object.fromEntries(withoutNames(new Map(Object.entries(annotations)))), { a: 'b', x: 'y' });
});

test('an entry is found by its tag, and by its full name in any spelling', () => {
  const found = (full: string | undefined, ref: string | undefined, name: string): boolean =>
    hasName(
      new Map([
        ...(full === undefined ? [] : [[FULL, full] as const]),
        ...(ref === undefined ? [] : [[REF, ref] as const]),
      ]),
      name,
    );
  for (const name of ['1', 'app:1', 'docker.io/library/app:1']) assert.ok(found('docker.io/library/app:1', '1', name));
  assert.ok(found('app', undefined, 'app:latest'));
  assert.ok(found(undefined, 'localhost/app:1', 'localhost/app:1'));
  assert.ok(!found('app:1', '1', 'app'));
  assert.ok(!found('app:1', '2', '3'));
  // A tag is no repository.
  assert.ok(!found(undefined, 'app', 'app:latest'));
  assert.ok(!found(undefined, undefined, 'app'));
});
