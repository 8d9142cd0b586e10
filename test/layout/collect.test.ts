import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Layout, openLayout } from '../../src/layout/layout.js';
import { describeSelf, LEASE } from '../../src/layout/owner.js';
import { digestOf } from '../../src/oci/digest.js';
import { addTextImage, blobFile, putLayer, readLayout } from '../support/layouts.js';
import { tempDir } from '../support/temp-dir.js';

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const ARTIFACT = 'application/vnd.oci.artifact.manifest.v1+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';

test('what no entry reaches is removed, and the rest stays', async (t) => {
  const layout = await openLayout(tempDir(t));
  await addTextImage(layout, 'app:1', ['shared', 'old']);
  await addTextImage(layout, 'web:1', ['shared', 'web']);
  await addTextImage(layout, 'app:1', ['shared', 'new']);
  const collected = await layout.collectGarbage();
  assert.equal(collected.kind === 'collected' && collected.blobs, 3);
  const { blobs, reached, names } = readLayout(layout.path);
  assert.deepEqual(blobs, reached);
  assert.deepEqual(names, ['docker.io/library/app:1', 'docker.io/library/web:1']);
  assert.deepEqual(await layout.collectGarbage(), { kind: 'collected', blobs: 0, bytes: 0 });
});

test('all that a document can reach stays, of whatever kind', async (t) => {
  const layout = await openLayout(tempDir(t));
  const leaf = (text: string): Link => put(layout, text, LAYER);
  const subject = json(layout, OCI_MANIFEST, { config: leaf('subject config'), layers: [leaf('subject layer')] });
  const oci = json(layout, OCI_MANIFEST, { config: leaf('c'), layers: [leaf('l'), leaf('x')], subject });
  const docker = json(layout, DOCKER_MANIFEST, { config: leaf('docker config'), layers: [leaf('docker layer')] });
  const artifact = json(layout, ARTIFACT, { blobs: [leaf('artifact')], subject: oci });
  const list = json(layout, DOCKER_LIST, { manifests: [docker] });
  const inner = json(layout, OCI_INDEX, { manifests: [oci, list] });
  const nested = json(layout, OCI_INDEX, { manifests: [inner] });
  // A manifest in the place of content.
  const hidden = json(layout, OCI_MANIFEST, { config: leaf('hidden config'), layers: [] });
  const odd = json(layout, OCI_MANIFEST, { config: hidden, layers: [] });
  const count = readdirSync(join(layout.path, 'blobs/sha256')).length;
  setIndex(layout, [nested, artifact, odd]);
  put(layout, 'garbage', LAYER);
  assert.deepEqual(await layout.collectGarbage(), { kind: 'collected', blobs: 1, bytes: 7 });
  assert.equal(readdirSync(join(layout.path, 'blobs/sha256')).length, count);
});

test('what a platform that was left out would need does not matter', async (t) => {
  const layout = await openLayout(tempDir(t));
  const missing = { mediaType: OCI_MANIFEST, digest: digestOf(Buffer.from('missing')), size: 1 };
  const present = json(layout, OCI_MANIFEST, { config: put(layout, 'c', LAYER), layers: [], subject: missing });
  setIndex(layout, [json(layout, OCI_INDEX, { manifests: [missing, present] })]);
  put(layout, 'garbage', LAYER);
  assert.deepEqual(await layout.collectGarbage(), { kind: 'collected', blobs: 1, bytes: 7 });
});

const REFUSED: readonly [what: string, entry: (layout: Layout) => Link, message: RegExp][] = [
  [
    'is missing',
    () => ({ mediaType: OCI_MANIFEST, digest: digestOf(Buffer.from('?')), size: 1 }),
    /is missing, but index\.json lists it/,
  ],
  [
    'has other bytes',
    (layout) => spoil(layout, json(layout, OCI_MANIFEST, {})),
    /does not have the digest that its name says/,
  ],
  ['is a link', (layout) => linkTo(layout, json(layout, OCI_MANIFEST, {})), /is a symbolic link/],
  ['is no JSON', (layout) => put(layout, 'x', OCI_MANIFEST), /is not JSON/],
  ['has odd layers', (layout) => json(layout, OCI_MANIFEST, { layers: 5 }), /layers is not a list/],
  [
    'is of an unknown kind',
    (layout) => put(layout, '{}', 'application/vnd.example+json'),
    /of the unknown media type application\/vnd\.example\+json/,
  ],
  [
    'is of an unknown kind, below',
    (layout) => json(layout, OCI_INDEX, { manifests: [put(layout, '{}', 'x/y')] }),
    /of the unknown media type x\/y/,
  ],
  [
    'has another algorithm',
    () => ({ mediaType: OCI_MANIFEST, digest: 'sha512:00', size: 1 }),
    /blobs\/sha512\/00 is not named by a SHA-256 digest/,
  ],
];
for (const [what, entry, message] of REFUSED) {
  test(`nothing is removed where a manifest ${what}`, async (t) => {
    const layout = await openLayout(tempDir(t));
    setIndex(layout, [entry(layout)]);
    put(layout, 'garbage', LAYER);
    const before = readdirSync(join(layout.path, 'blobs/sha256'));
    await assert.rejects(layout.collectGarbage(), { code: 'LAYOUT_INVALID', message });
    assert.deepEqual(readdirSync(join(layout.path, 'blobs/sha256')), before);
    assert.equal(existsSync(join(layout.path, '.layerstream')), false);
  });
}

test('what is no blob is left alone', async (t) => {
  const layout = await openLayout(tempDir(t));
  const blobs = join(layout.path, 'blobs/sha256');
  const names = ['readme', 'A'.repeat(64), 'a'.repeat(63), '.hidden'];
  for (const name of names) writeFileSync(join(blobs, name), 'x');
  mkdirSync(join(blobs, 'b'.repeat(64)));
  mkdirSync(join(layout.path, 'blobs/sha512'));
  writeFileSync(join(layout.path, 'blobs/sha512', 'a'.repeat(128)), 'x');
  const before = readdirSync(layout.path, { recursive: true });
  assert.deepEqual(await layout.collectGarbage(), { kind: 'collected', blobs: 0, bytes: 0 });
  assert.deepEqual(readdirSync(layout.path, { recursive: true }), before);
});

test('nothing is removed while a build runs, and all that is garbage after it', async (t) => {
  const layout = await openLayout(tempDir(t));
  const build = await layout.startBuild();
  const { digest } = await putLayer(build, 'not yet in any index');
  assert.deepEqual(await layout.collectGarbage(), { kind: 'postponed', builds: 1 });
  assert.ok(existsSync(blobFile(layout.path, digest)));
  build.end();
  assert.deepEqual(await layout.collectGarbage(), { kind: 'collected', blobs: 1, bytes: 20 });
});

test('what a killed build left is removed by the next one', async (t) => {
  const layout = await openLayout(tempDir(t));
  const builder = fileURLToPath(new URL('../support/layout-builder.js', import.meta.url));
  const child = spawn(process.execPath, [builder, layout.path, 'killed', '1000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  // It may be between two builds: a file of its own makes sure that something is left.
  child.kill('SIGKILL');
  await once(child, 'exit');
  const left = leaveBuild(layout, '{"pid":1,"started":"never","place":"x","host":"x"}', LEASE * 2);
  const build = await layout.startBuild();
  assert.equal(existsSync(left), false);
  assert.equal(readdirSync(join(layout.path, '.layerstream')).length, 1);
  build.end();
});

test('a build elsewhere counts while it shows that it is alive', async (t) => {
  const layout = await openLayout(tempDir(t));
  const owner = JSON.stringify({ ...JSON.parse(describeSelf()), place: 'elsewhere' });
  const left = leaveBuild(layout, owner, LEASE / 2);
  assert.deepEqual(await layout.collectGarbage(), { kind: 'postponed', builds: 1 });
  rmSync(left, { recursive: true });
  leaveBuild(layout, owner, LEASE * 2);
  assert.deepEqual(await layout.collectGarbage(), { kind: 'collected', blobs: 0, bytes: 0 });
  assert.equal(existsSync(join(layout.path, '.layerstream')), false);
});

test('files of a process that died before it had the lock, or while it wrote under it, are removed', async (t) => {
  const layout = await openLayout(tempDir(t));
  const folder = join(layout.path, '.layerstream');
  for (const name of ['a.lock', 'b.lock', 'c.build']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'b.lock/b'), JSON.stringify({ ...JSON.parse(describeSelf()), started: '1' }));
  writeFileSync(join(folder, 'd.tmp'), 'half');
  await layout.collectGarbage();
  assert.equal(existsSync(folder), false);
});

interface Link {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

function put(layout: Layout, text: string, mediaType: string): Link {
  const digest = digestOf(Buffer.from(text));
  writeFileSync(blobFile(layout.path, digest), text);
  return { mediaType, digest, size: text.length };
}

function json(layout: Layout, mediaType: string, value: object): Link {
  return put(layout, JSON.stringify({ schemaVersion: 2, mediaType, ...value }), mediaType);
}

function setIndex(layout: Layout, manifests: readonly Link[]): void {
  writeFileSync(join(layout.path, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
}

function spoil(layout: Layout, link: Link): Link {
  writeFileSync(fileOf(layout, link), '{}');
  return link;
}

function linkTo(layout: Layout, link: Link): Link {
  const path = fileOf(layout, link);
  const target = join(layout.path, 'elsewhere');
  writeFileSync(target, readFileSync(path));
  rmSync(path);
  symlinkSync(target, path);
  return link;
}

function fileOf(layout: Layout, { digest }: Link): string {
  return join(layout.path, 'blobs', digest.replace(':', '/'));
}

/** A build's directory, as one whose owner touched it some milliseconds ago leaves it. */
function leaveBuild(layout: Layout, owner: string, age: number): string {
  const directory = join(layout.path, '.layerstream/left.build');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, '0'), 'half a blob');
  writeFileSync(join(directory, 'owner'), owner);
  const time = new Date(Date.now() - age);
  utimesSync(join(directory, 'owner'), time, time);
  return directory;
}
