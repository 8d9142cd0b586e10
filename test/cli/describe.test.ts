/** `layerstream describe`. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { parseConf } from '../../src/config/parse.js';
import { type Description, parseDescription } from '../../src/index.js';
import { TestPipe } from '../support/cli-pipe.js';
import { type Outcome, type RunOptions, runCli, startCli } from '../support/cli-run.js';
import { makeFifo } from '../support/cli-special-files.js';
import { APP, TestStore } from '../support/cli-store.js';
import { seedCache } from '../support/seed-cache.js';

interface Described {
  readonly store: TestStore;
  readonly conf: string;
  readonly cache: string;
}

/** A conf, and a cache that knows the first layers of its image. */
async function makeDescribed(t: TestContext, layers?: number): Promise<Described> {
  const store = new TestStore(t);
  const path = store.conf();
  const cache = join(store.directory, 'cache');
  const { conf } = parseConf(readFileSync(path));
  await seedCache(cache, { conf, storeRoot: store.root, ...(layers === undefined ? {} : { layers }) });
  return { store, conf: path, cache };
}

function args({ store, conf, cache }: Described, ...more: readonly string[]): string[] {
  return ['describe', conf, '--store-root', store.root, '--cache-dir', cache, ...more];
}

async function outputOf(arguments_: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await runCli(arguments_, options);
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout.toString();
}

async function toldJson(arguments_: readonly string[], options: RunOptions = {}): Promise<Description> {
  const json = await outputOf([...arguments_, '--json'], options);
  assert.match(json, /^.+\n$/);
  const description = parseDescription(json);
  // Nothing is written that the schema does not have.
  assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(description)));
  return description;
}

describe('describe', { concurrency: 2 }, () => {
  it('describes the image that a build makes', async (t) => {
    const described = await makeDescribed(t);
    const { store, conf } = described;
    const build = await runCli([conf, '--store-root', store.root, '--progress', 'json', '-o', store.output()]);
    const { summary } = JSON.parse(build.stderr.trim().split('\n').at(-1) ?? '');
    const { image, layers, size, entries } = await toldJson(args(described));
    assert.equal(image?.id, summary.imageId);
    assert.deepEqual([size, entries], [summary.bytes, summary.entries]);
    assert.deepEqual(
      layers.map(({ diffId }) => diffId?.digest),
      summary.layers.map(({ diffId }: { diffId: string }) => diffId),
    );
    const archive = readFileSync(store.output());
    for (const document of [image?.config, image?.dockerManifest]) assert(archive.includes(document?.text ?? 'none'));
  });

  it('prints a table for people', async (t) => {
    const described = await makeDescribed(t);
    const { layers, image } = await toldJson(args(described));
    const [lib, app, custom] = layers.map(({ diffId }) => diffId?.digest.slice(7, 19));
    assert.equal(
      await outputOf(args(described)),
      `app:1
linux/amd64, created 1970-01-01T00:00:01+00:00
3 layers, 11 entries, 30.7 kB

layer  entries     size  diffID        made of
    1        3  10.2 kB  ${lib}  lib
    2        5  10.2 kB  ${app}  app
    3        3  10.2 kB  ${custom}  custom

image ID       ${image?.id}
manifest.json  ${image?.dockerManifest.digest}
OCI manifest   ${image?.ociManifest?.digest}
`,
    );
  });

  it('says what is not known', async (t) => {
    const described = await makeDescribed(t, 1);
    const table = await outputOf(args(described));
    assert.match(table, /\n {4}2 +\d+ +10\.2 kB {2}– +app\n/);
    assert.match(table, /\nThe image ID and the digests of 2 layers are not known yet: a build learns them\.\n$/);
    const { layers, image } = await toldJson(args(described));
    assert.deepEqual(
      layers.map(({ diffId }) => diffId?.evidence ?? null),
      ['hashed', null, null],
    );
    assert.equal(image, null);
    assert.match(await outputOf(args(described, '--no-cache')), /digests of 3 layers/);
  });

  it('says what is only announced', async (t) => {
    const store = new TestStore(t);
    store.readyLayer();
    const table = await outputOf(['describe', store.currentConf(), '--store-root', store.root]);
    assert.match(table, /\n {4}3 +– {2}10\.2 kB {2}[\da-f]{12} {2}custom\n/);
    assert.match(table, /\nThe diffID of layer 3 is only announced: a build compares it with the bytes\.\n$/);
  });

  it('takes a conf from standard input, another tag, and any number of workers', async (t) => {
    const described = await makeDescribed(t);
    const [, conf = '', ...options] = args(described, '--workers', '1', '-t', 'app:2');
    const description = await toldJson(['describe', '-', ...options], { input: readFileSync(conf) });
    assert.deepEqual(description.repoTags, ['app:2']);
    const { image, ...rest } = await toldJson(args(described));
    assert.equal(description.image?.id, image?.id);
    assert.deepEqual({ ...description, image: null }, { ...rest, repoTags: ['app:2'], image: null });
  });

  it('gives an image several names, also one that is described already', async (t) => {
    const described = await makeDescribed(t);
    const tags = ['-t', 'app', '--repo-tag', 'app:2'];
    const named = await toldJson(args(described, ...tags));
    assert.deepEqual(named.repoTags, ['app:latest', 'app:2']);
    assert.deepEqual(JSON.parse(named.image?.dockerManifest.text ?? '')[0].RepoTags, ['app:latest', 'app:2']);
    const path = described.store.file('image.json', JSON.stringify(await toldJson(args(described))));
    assert.deepEqual(await toldJson(['describe', path, ...tags]), named);
    assert.match(await outputOf(['describe', path, ...tags]), /^app:latest, app:2\n/);
  });

  it('warns of a name that clients refuse', async (t) => {
    const store = new TestStore(t);
    const conf = store.conf({ repo_tag: 'App:1' });
    const { status, stderr } = await runCli(['describe', conf, '--store-root', store.root]);
    const fault = `${conf}: repo_tag: "App:1" is not a name with a tag, and Docker refuses it`;
    assert.equal(stderr, `layerstream: warning: ${fault}; name the image with --tag\n`);
    assert.equal(status, 0);
  });

  it('warns of keys that mean nothing', async (t) => {
    const store = new TestStore(t);
    const conf = store.conf({ repo_tags: [] });
    const { status, stderr } = await runCli(['describe', conf, '--store-root', store.root]);
    assert.equal(stderr, `layerstream: warning: ${conf}: unknown key "repo_tags"\n`);
    assert.equal(status, 0);
  });

  it('ends quietly when its output is closed', async (t) => {
    const described = await makeDescribed(t);
    const pipe = new TestPipe(t, described.store);
    const run = startCli(args(described), { stdout: pipe.writing });
    pipe.given().close();
    const { status, stderr } = await run.ended;
    assert.deepEqual([status, stderr], [1, '']);
  });

  it('has help', async () => {
    assert.match(await outputOf(['describe', '--help']), /--json[\s\S]+--cache-dir[\s\S]+Examples:/);
  });
});

describe('describe refuses', { concurrency: 2 }, () => {
  const refusals: Readonly<Record<string, { status: number; make: (store: TestStore) => string[]; message: string }>> =
    {
      'a conf that is missing': {
        status: 2,
        make: (store) => [join(store.directory, 'missing.json')],
        message: 'conf DIR/missing.json does not exist [CONF_INVALID]',
      },
      'a path that is missing': {
        status: 2,
        make: (store) => [store.conf({ store_layers: [['/nix/store/gone']] }), '--store-root', store.root],
        message: 'DIR/conf.json: store_layers[0][0]: DIR/root/nix/store/gone does not exist [CONF_INVALID]',
      },
      'a base image that is none': {
        status: 2,
        make: (store) => {
          store.readyLayer();
          writeFileSync(store.output('base.tar'), 'x');
          return [store.currentConf({ from_image: store.output('base.tar') }), '--store-root', store.root];
        },
        message: '[INPUT_INVALID]',
      },
      'a fifo in the store': {
        status: 1,
        make: (store) => {
          makeFifo(`${store.at(APP)}/fifo`);
          return [store.conf(), '--store-root', store.root];
        },
        message: '[FILE_UNSUPPORTED]',
      },
    };
  for (const [what, { status, make, message }] of Object.entries(refusals)) {
    it(what, async (t) => {
      const store = new TestStore(t);
      const outcome: Outcome = await runCli(['describe', ...make(store), '--json']);
      assert(outcome.stderr.replaceAll(store.directory, 'DIR').includes(message), outcome.stderr);
      assert.equal(outcome.stdout.toString(), '');
      assert.equal(outcome.status, status);
    });
  }
});
