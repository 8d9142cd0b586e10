import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isJsonArray, type JsonArray, type JsonObject, type JsonValue } from '../../src/ground/json/value.js';
import { digestOf } from '../../src/oci/digest.js';
import { encodeJson } from '../../src/oci/document.js';
import { type ImageName, parseImageName } from '../../src/oci/image-name.js';
import { emptyIndex, putName, type RenamedImage, readIndex, readIndexObject } from '../../src/oci/index.js';
import { IMAGE_MANIFEST } from '../../src/oci/media-types.js';
import { platformOf } from '../../src/oci/platform.js';

const manifest = {
  mediaType: IMAGE_MANIFEST,
  digest: digestOf(Buffer.from('m')),
  size: 7,
  platform: platformOf({ architecture: 'arm64' }),
};
const REF = 'org.opencontainers.image.ref.name';
const FULL = 'io.containerd.image.name';

test('an image gets an entry for each of its names', () => {
  const { index, renamed } = put(emptyIndex(), 'app:1', 'app');
  const entry = {
    mediaType: IMAGE_MANIFEST,
    digest: manifest.digest,
    size: 7,
    platform: { architecture: 'arm64', os: 'linux', variant: 'v8' },
  };
  assert.deepEqual(plain(index), {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      { ...entry, annotations: { [FULL]: 'docker.io/library/app:1', [REF]: '1' } },
      { ...entry, annotations: { [FULL]: 'docker.io/library/app:latest', [REF]: 'latest' } },
    ],
  });
  assert.deepEqual(renamed, []);
});

const BY_OTHERS: readonly [who: string, annotations: object][] = [
  ['skopeo or umoci', { [REF]: '1' }],
  ['Docker or containerd', { [REF]: '1', [FULL]: 'docker.io/library/app:1' }],
  ['Podman', { [REF]: 'docker.io/library/app:1' }],
  ['skopeo, with a short name', { [REF]: 'app:1' }],
];
for (const [who, annotations] of BY_OTHERS) {
  test(`what ${who} called so is replaced in its place`, () => {
    const index = indexOf([{ a: 1 }, { digest: 'old', annotations }, { b: 1, annotations: { [REF]: 'x' } }]);
    assert.deepEqual(
      entriesOf(put(index, 'app:1').index).map((entry) => Object.keys(plain(entry))[0]),
      ['a', 'mediaType', 'b'],
    );
  });
}

test('another image with the same tag stays, without the tag', () => {
  const other = { digest: 'x', annotations: { [FULL]: 'registry.example/web:1', [REF]: '1', more: 'kept' }, odd: 1.5 };
  const { index, renamed } = put(indexOf([other]), 'app:1');
  const [first] = entriesOf(index).map(plain);
  assert.deepEqual(first, { ...other, annotations: { [FULL]: 'registry.example/web:1', more: 'kept' } });
  assert.equal(entriesOf(index).length, 2);
  assert.deepEqual(renamed, [{ from: '1', to: 'registry.example/web:1' }]);
});

test('an image that others tagged again stays, without the full name that they copied', () => {
  const theirs = { digest: 'x', annotations: { [FULL]: 'docker.io/library/app:1', [REF]: 'theirs', more: 'kept' } };
  const { index, renamed } = put(indexOf([theirs]), 'app:1');
  const [first] = entriesOf(index).map(plain);
  assert.deepEqual(first, { ...theirs, annotations: { [REF]: 'theirs', more: 'kept' } });
  assert.equal(entriesOf(index).length, 2);
  assert.deepEqual(renamed, [{ from: 'docker.io/library/app:1', to: 'theirs' }]);
});

test('what has had the name comes to what says where it leads, all of it, and stands where the first stood', () => {
  const [a, b] = ['a', 'b'].map((digest) => ({ digest, annotations: { [REF]: '1' } }));
  const index = indexOf([{ x: 1 }, { ...a }, { y: 1 }, { ...b }]);
  const seen: unknown[] = [];
  const update = putName(index, named('app:1'), (replaced) => {
    seen.push(...replaced.map(plain));
    return manifest;
  });
  assert.deepEqual(seen, [a, b]);
  assert.deepEqual(
    entriesOf(update.index).map((entry) => Object.keys(plain(entry))[0]),
    ['x', 'mediaType', 'y'],
  );
});

test('nothing else in an index changes', () => {
  const text = `{"schemaVersion": 2, "10": 1, "2": {"x": [1.5, null, "\\ud800"]}, "subject": {"digest": "d"}, "manifests": [
    {"mediaType": "application/xml", "size": 12345678901234567890, "annotations": null},
    {"annotations": {"k": 5}}, {"annotations": []}], "annotations": {"last": "x"}}`;
  const before = readIndexObject(Buffer.from(text));
  const { index } = put(before, 'app:1');
  assert.deepEqual([...index.keys()], [...before.keys()]);
  assert.deepEqual(entriesOf(index).slice(0, -1), entriesOf(before));
  for (const [key, value] of before) if (key !== 'manifests') assert.deepEqual(index.get(key), value);
  assert.deepEqual(readIndexObject(encodeJson(index)), index);
});

test('an empty list may be written as null', () => {
  assert.deepEqual(readIndex(Buffer.from('{"schemaVersion":2,"manifests":null}')).manifests, []);
  const index = readIndexObject(Buffer.from('{"schemaVersion":2,"manifests":null}'));
  assert.equal(entriesOf(put(index, 'app:1').index).length, 1);
});

test('by any names put in any order, a tag has one image, a full name one entry, and what others wrote stays', () => {
  const name = fc.constantFrom('1', '2', 'app:1', 'app:2', 'web:1', 'team/app:1', 'docker.io/library/app:1');
  const foreign = fc.record({ a: fc.string(), annotations: fc.dictionary(fc.constantFrom('x', 'y'), fc.string()) });
  const puts = fc.array(fc.array(name, { minLength: 1, maxLength: 3 }), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(foreign, { maxLength: 4 }), puts, (others, images) => {
      const start = indexOf(others);
      const end = images.reduce((index, names) => put(index, ...names).index, start);
      const entries = entriesOf(end);
      assert.deepEqual(entries.slice(0, others.length), entriesOf(start));
      for (const key of [REF, FULL]) {
        const values = entries.flatMap((entry) => plain(entry).annotations?.[key] ?? []);
        assert.equal(new Set(values).size, values.length);
      }
      const last = images.at(-1);
      if (last !== undefined) assert.deepEqual(entriesOf(put(end, ...last.slice(-1)).index).length, entries.length);
    }),
  );
});

const FAULTS: readonly [text: string, message: RegExp][] = [
  ['[]', /is not an object/],
  ['{', /is not JSON: line 1/],
  ['\xff', /is not UTF-8/],
  ['{"manifests":[]}', /has no schemaVersion of 2/],
  ['{"schemaVersion":1,"manifests":[]}', /has no schemaVersion of 2/],
  ['{"schemaVersion":2}', /has no list of manifests/],
  ['{"schemaVersion":2,"manifests":{}}', /has no list of manifests/],
  ['{"schemaVersion":2,"manifests":[{},7]}', /manifests\[1\] is not an object/],
];
for (const [text, message] of FAULTS) {
  test(`${JSON.stringify(text)} is no index`, () => {
    assert.throws(() => readIndexObject(Buffer.from(text, 'latin1')), { name: 'DocumentError', message });
  });
}

test('an index is read in order to check it, with faults where they are', () => {
  const { index } = put(emptyIndex(), 'app:1');
  const { mediaType, manifests } = readIndex(encodeJson(index));
  assert.equal(mediaType, 'application/vnd.oci.image.index.v1+json');
  const [entry] = manifests;
  assert.ok(typeof entry === 'object' && entry.digest === manifest.digest);
  assert.deepEqual(entry.platform, manifest.platform);
  assert.deepEqual(Object.fromEntries(entry.annotations), { [FULL]: 'docker.io/library/app:1', [REF]: '1' });
  assert.deepEqual(readIndex(Buffer.from('{"schemaVersion":2,"manifests":[7]}')).manifests, ['is not a descriptor']);
});

test('an index that is checked must have a list, and a media type that is text', () => {
  for (const [text, message] of [
    ['{"schemaVersion":2,"manifests":{}}', 'has no list of manifests'],
    ['{"schemaVersion":1,"manifests":[]}', 'has no schemaVersion of 2'],
    ['{"schemaVersion":2,"manifests":[],"mediaType":1}', 'has no string as mediaType'],
  ] as const) {
    assert.throws(() => readIndex(Buffer.from(text)), { name: 'DocumentError', message });
  }
});

/** Puts the manifest under names, one after the other. */
function put(before: JsonObject, ...names: readonly string[]): { index: JsonObject; renamed: readonly RenamedImage[] } {
  const renamed: RenamedImage[] = [];
  let index = before;
  for (const name of names) {
    const update = putName(index, named(name), () => manifest);
    renamed.push(...update.renamed);
    index = update.index;
  }
  return { index, renamed };
}

function named(text: string): ImageName {
  const name = parseImageName(text);
  assert.ok(name);
  return name;
}

function indexOf(manifests: readonly object[]): JsonObject {
  return readIndexObject(Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })));
}

function entriesOf(index: JsonObject): JsonArray {
  const entries = index.get('manifests');
  return isJsonArray(entries) ? entries : [];
}

/** As any other reader of JSON has it. */
function plain(value: JsonValue): { annotations?: Record<string, string> } {
  return JSON.parse(Buffer.from(encodeJson(value)).toString());
}
