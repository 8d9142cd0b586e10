import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLayout } from '../../src/layout/layout.js';
import { addTextImage, readLayout } from '../support/layouts.js';
import { tempDir } from '../support/temp-dir.js';

const NEW = { names: [], blobs: [], reached: [] };

test('a missing directory is made, with those above it', async (t) => {
  const path = join(tempDir(t), 'a/b');
  assert.equal((await openLayout(path)).path, path);
  assert.deepEqual(readLayout(path), NEW);
  assert.deepEqual(readdirSync(path).sort(), ['blobs', 'index.json', 'oci-layout']);
});

test('an empty directory becomes a layout, a volume of its own too', async (t) => {
  const path = tempDir(t);
  mkdirSync(join(path, 'lost+found'));
  await openLayout(path);
  assert.deepEqual(readLayout(path), NEW);
});

test('a layout is left as it is', async (t) => {
  const path = tempDir(t);
  mkdirSync(join(path, 'blobs/sha256'), { recursive: true });
  const files = {
    'oci-layout': '{"imageLayoutVersion":"1.0.0","more":1}',
    'index.json': '{"schemaVersion":2,"manifests":null}',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  mkdirSync(join(path, 'other'));
  await openLayout(path);
  for (const [name, text] of Object.entries(files)) assert.equal(readFileSync(join(path, name), 'utf8'), text);
});

for (const [what, leave] of [
  ['its folder', ['.layerstream']],
  ['its folder and oci-layout', ['.layerstream', 'oci-layout']],
  ['oci-layout and index.json', ['oci-layout', 'index.json']],
] as const) {
  test(`what a killed maker left, ${what}, is completed`, async (t) => {
    const path = tempDir(t);
    await openLayout(path);
    mkdirSync(join(path, '.layerstream'));
    for (const name of readdirSync(path)) {
      if (!leave.some((left) => left === name)) rmSync(join(path, name), { recursive: true });
    }
    await openLayout(path);
    assert.deepEqual(readLayout(path), NEW);
  });
}

test('many may make the same layout at once', async (t) => {
  const path = join(tempDir(t), 'layout');
  const layouts = await Promise.all(Array.from({ length: 8 }, () => openLayout(path)));
  await addTextImage(layouts[0] ?? (await openLayout(path)), 'app:1', ['x']);
  assert.equal(readLayout(path).names.length, 1);
});

test('files have the modes that the umask leaves', async (t) => {
  const directory = tempDir(t);
  // In a process of its own: the umask is the whole process's.
  const script = `
    import { openLayout } from ${JSON.stringify(new URL('../../src/layout/layout.js', import.meta.url).href)};
    import { addTextImage } from ${JSON.stringify(new URL('../support/layouts.js', import.meta.url).href)};
    process.umask(Number(process.argv[1]));
    await addTextImage(await openLayout(process.argv[2]), 'app:1', ['x']);`;
  for (const [mask, mode] of [
    [0o022, '644'],
    [0o077, '600'],
    [0o002, '644'],
  ] as const) {
    const path = join(directory, String(mask));
    execFileSync(process.execPath, ['--input-type=module', '-e', script, String(mask), path]);
    const modes = execFileSync('find', [path, '-type', 'f', '-printf', '%m\n'], { encoding: 'utf8' });
    assert.deepEqual([...new Set(modes.trim().split('\n'))], [mode]);
  }
});

const FAULTS: readonly [what: string, spoil: (path: string) => void, message: RegExp][] = [
  [
    'another version',
    (path) => writeFileSync(join(path, 'oci-layout'), '{"imageLayoutVersion":"2.0.0"}'),
    /of version 2\.0\.0; only 1\.0\.0/,
  ],
  ['no version', (path) => writeFileSync(join(path, 'oci-layout'), '{}'), /has no imageLayoutVersion/],
  [
    'an oci-layout that is no JSON',
    (path) => writeFileSync(join(path, 'oci-layout'), '{'),
    /oci-layout is not JSON: line 1/,
  ],
  ['other files and no oci-layout', (path) => rmSync(join(path, 'oci-layout')), /is not empty, and has no oci-layout/],
  ['no index, but blobs', (path) => rmSync(join(path, 'index.json')), /has no index\.json/],
  ['an index that is no JSON', (path) => writeFileSync(join(path, 'index.json'), 'x'), /index\.json is not JSON/],
  [
    'an index that is none',
    (path) => writeFileSync(join(path, 'index.json'), '{"schemaVersion":2,"layers":[]}'),
    /index\.json has no list of manifests/,
  ],
  [
    'a directory for an index',
    (path) => replace(path, 'index.json', (at) => mkdirSync(at)),
    /index\.json is not a regular file/,
  ],
  [
    'a fifo for an index',
    (path) => replace(path, 'index.json', (at) => execFileSync('mkfifo', [at])),
    /index\.json is not a regular file/,
  ],
  [
    'a fifo for oci-layout',
    (path) => replace(path, 'oci-layout', (at) => execFileSync('mkfifo', [at])),
    /oci-layout is not a regular file/,
  ],
  [
    'a link for an index',
    (path) => replace(path, 'index.json', (at) => symlinkSync('/etc/passwd', at)),
    /index\.json is a symbolic link/,
  ],
  [
    'a link to a device for an index',
    (path) => replace(path, 'index.json', (at) => symlinkSync('/dev/zero', at)),
    /index\.json is a symbolic link/,
  ],
  [
    'a huge index',
    (path) => writeFileSync(join(path, 'index.json'), Buffer.alloc(65 * 2 ** 20)),
    /index\.json has 68157440 bytes/,
  ],
  [
    'a link for blobs',
    (path) => replace(path, 'blobs', (at) => symlinkSync('/usr/share', at)),
    /blobs is not a directory/,
  ],
  [
    'a link for blobs/sha256',
    (path) => replace(path, 'blobs/sha256', (at) => symlinkSync('/usr/share', at)),
    /blobs\/sha256 is not a directory/,
  ],
  ['a file for blobs', (path) => replace(path, 'blobs', (at) => writeFileSync(at, '')), /blobs is not a directory/],
];

for (const [what, spoil, message] of FAULTS) {
  test(`a directory with ${what} is refused, and left alone`, async (t) => {
    const path = join(tempDir(t), 'layout');
    await openLayout(path);
    spoil(path);
    const before = listTree(path);
    await assert.rejects(openLayout(path), (error: Error & { code?: string; hint?: string }) => {
      assert.equal(error.code, 'LAYOUT_INVALID');
      assert.match(error.message, message);
      assert.ok(error.hint);
      return true;
    });
    assert.deepEqual(listTree(path), before);
  });
}

test('a file in the place of a layout is refused', async (t) => {
  const path = join(tempDir(t), 'file');
  writeFileSync(path, 'x');
  await assert.rejects(openLayout(path), { code: 'LAYOUT_INVALID', message: `${path} is not a directory` });
  await assert.rejects(openLayout(join(path, 'below')), { code: 'WRITE_FAILED' });
});

for (const name of ['.layerstream', '.layerstream/lock']) {
  test(`a link in the place of ${name} is refused`, async (t) => {
    const [path, elsewhere] = [join(tempDir(t), 'layout'), tempDir(t)];
    const layout = await openLayout(path);
    if (name !== '.layerstream') mkdirSync(join(path, '.layerstream'));
    symlinkSync(elsewhere, join(path, name));
    await assert.rejects(layout.startBuild(), { code: 'LAYOUT_INVALID', message: /is not a directory/ });
    assert.deepEqual(readdirSync(elsewhere), []);
  });
}

test('a layout that may not be written to says so', { skip: isRoot() && 'root may write anywhere' }, async (t) => {
  const path = join(tempDir(t), 'layout');
  const layout = await openLayout(path);
  chmodSync(path, 0o500);
  await assert.rejects(layout.startBuild(), { code: 'WRITE_FAILED' });
});

function replace(path: string, name: string, make: (path: string) => void): void {
  rmSync(join(path, name), { recursive: true });
  make(join(path, name));
}

/** Follows no link, as Node's own recursive listing does. */
function listTree(path: string): string[] {
  return execFileSync('find', [path], { encoding: 'utf8' }).split('\n').sort();
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
