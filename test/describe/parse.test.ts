import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDescription } from '../../src/describe/parse.js';
import type { Description } from '../../src/describe/schema.js';
import { LayerstreamError } from '../../src/ground/errors.js';
import { digestOf } from '../../src/oci/digest.js';

const DIGEST = digestOf(Buffer.from('x'));
const DOCUMENT = { digest: DIGEST, size: 1, text: 'x' };
const DESCRIPTION: Description = {
  schemaVersion: 3,
  repoTags: ['app:1'],
  architecture: 'amd64',
  os: 'linux',
  created: '1970-01-01T00:00:01+00:00',
  conf: {
    config: '{"Env":["A=1"]}',
    storeDir: '/nix/store',
    customisation: { kind: 'tree', path: '/nix/store/custom' },
    fromImage: null,
    ownership: { kind: 'fixed', mtime: 1, uid: 0, gid: 0, uname: 'root', gname: 'root' },
    archiveTime: 1,
  },
  layers: [
    {
      kind: 'store',
      name: null,
      paths: ['/nix/store/x'],
      entries: 3,
      size: 10_240,
      diffId: { digest: DIGEST, evidence: 'hashed' },
    },
  ],
  entries: 3,
  size: 10_240,
  image: { id: DIGEST, config: DOCUMENT, dockerManifest: DOCUMENT, ociManifest: null },
};

function faultsOf(json: string | Uint8Array): string[] {
  try {
    parseDescription(json);
  } catch (error) {
    assert.ok(error instanceof LayerstreamError);
    assert.equal(error.code, 'DESCRIPTION_INVALID');
    return error.issues.map(({ place, message }) => `${place}: ${message}`);
  }
  return [];
}

test('a description is read from text and from bytes', () => {
  const json = JSON.stringify(DESCRIPTION);
  assert.deepEqual(parseDescription(json), DESCRIPTION);
  assert.deepEqual(parseDescription(Buffer.from(`\n${json}\n`)), DESCRIPTION);
});

test('fields of a later version of the program are ignored', () => {
  const [layer] = DESCRIPTION.layers;
  const later = { ...DESCRIPTION, mood: 'good', layers: [{ ...layer, colour: 'blue' }] };
  assert.deepEqual(parseDescription(JSON.stringify(later)), DESCRIPTION);
});

test('another version is the only fault that is named', () => {
  for (const version of [0, 4, '3']) {
    const json = JSON.stringify({ schemaVersion: version, strata: 3 });
    assert.deepEqual(faultsOf(json), [`schemaVersion: expected 3, found ${JSON.stringify(version)}`]);
  }
});

test('a description of version 2 has one name', () => {
  const { repoTags: _, ...rest } = DESCRIPTION;
  const second = { ...rest, schemaVersion: 2, repoTag: 'app:1' };
  assert.deepEqual(parseDescription(JSON.stringify(second)), DESCRIPTION);
});

test('a description of version 1 has one name and no conf, and its evidence `summed` means `hashed`', () => {
  const { conf: _, repoTags, ...rest } = DESCRIPTION;
  const [layer] = DESCRIPTION.layers;
  const evidence = (word: string) => ({ ...layer, diffId: { digest: DIGEST, evidence: word } });
  const unknown = { ...layer, diffId: null };
  const first = {
    ...rest,
    schemaVersion: 1,
    repoTag: repoTags[0],
    layers: [evidence('summed'), evidence('announced'), unknown],
  };
  assert.deepEqual(parseDescription(JSON.stringify(first)), {
    ...DESCRIPTION,
    conf: null,
    layers: [layer, evidence('announced'), unknown],
  });
  // Only version 1 has that word.
  assert.deepEqual(faultsOf(JSON.stringify({ ...DESCRIPTION, layers: [evidence('summed')] })), [
    'layers[0].diffId.evidence: expected "announced" or "hashed", found "summed"',
  ]);
  assert.deepEqual(
    faultsOf('{"schemaVersion": 1, "layers": [null]}').at(0),
    'repoTags: expected a list of names, found nothing',
  );
});

test('all faults are named at once, with their places', () => {
  const [layer] = DESCRIPTION.layers;
  const diffId = { digest: 'sha256:abc', evidence: 'hearsay' };
  const faulty = {
    ...DESCRIPTION,
    repoTags: [1],
    conf: { ...DESCRIPTION.conf, config: {}, customisation: { kind: 'odd', path: 1 }, ownership: { kind: 'odd' } },
    layers: [{ ...layer, kind: 'odd', size: -1, diffId }],
    image: 'none',
  };
  assert.deepEqual(faultsOf(JSON.stringify(faulty)), [
    'repoTags[0]: expected a string, found 1',
    'conf.config: expected a string, found {}',
    'conf.customisation.kind: expected "tree" or "tar", found "odd"',
    'conf.customisation.path: expected a string, found 1',
    'conf.ownership.kind: expected an ownership, found "odd"',
    'layers[0].kind: expected "base", "store" or "customisation", found "odd"',
    'layers[0].size: expected a number that is not negative, found -1',
    'layers[0].diffId.digest: expected sha256: and 64 hex digits, found "sha256:abc"',
    'layers[0].diffId.evidence: expected "announced" or "hashed", found "hearsay"',
    'image: expected an object, or null, found "none"',
  ]);
});

test('no field can be left out', () => {
  for (const key of Object.keys(DESCRIPTION)) {
    const { [key as keyof Description]: _, ...rest } = DESCRIPTION;
    const [fault, ...others] = faultsOf(JSON.stringify(rest));
    assert.match(fault ?? '', new RegExp(`^${key}: expected .+, found nothing$`));
    assert.deepEqual(others, []);
  }
});

test('what is no JSON object is refused', () => {
  assert.deepEqual(faultsOf('layers'), [': not JSON: line 1, column 1: expected a value']);
  assert.deepEqual(faultsOf(Buffer.from([0xff])), [': not JSON: not UTF-8 text']);
  assert.deepEqual(faultsOf('[]'), [': expected an object, found []']);
  assert.deepEqual(faultsOf('null'), [': expected an object, found null']);
});
