/** Builds that use what earlier ones learned. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { entryPath } from '../../src/cache/layout.js';
import type { BuildEvent } from '../../src/events.js';
import { digestOf, hexOf } from '../../src/oci/digest.js';
import { filesBelow } from '../support/cache.js';
import { eventsOf } from '../support/cli-events.js';
import { runCli } from '../support/cli-run.js';
import { APP, type ConfFields, LIB, TestStore } from '../support/cli-store.js';
import { awaitNextCtime } from '../support/ctime.js';
import { type KnownLayer, knowLayers, seed } from '../support/seeds.js';

const POISON = digestOf(Buffer.from('something else'));
const PACKAGES = fileURLToPath(new URL('../../../node_modules', import.meta.url));

interface Build {
  readonly status: number | null;
  readonly stderr: string;
  readonly bytes: Buffer;
  readonly events: readonly BuildEvent[];
  /** Layers that somebody summed, in order. */
  readonly summed: readonly number[];
}

class Place {
  readonly store: TestStore;
  readonly cache: string;
  readonly conf: string;

  constructor(t: TestContext) {
    this.store = new TestStore(t);
    this.cache = join(this.store.directory, 'cache');
    this.conf = this.store.conf();
  }

  /** Takes the customisation layer ready made. */
  makeReady(fields: ConfFields = {}): void {
    this.store.readyLayer();
    this.store.currentConf(fields);
  }

  know(): Promise<KnownLayer[]> {
    return knowLayers(this.conf, this.store.root);
  }

  async seed(): Promise<KnownLayer[]> {
    const layers = await this.know();
    seed(this.cache, layers);
    return layers;
  }

  /** Lets the cache say something else of a layer. */
  poison({ key, facts }: KnownLayer): void {
    seed(this.cache, [{ key, facts: { ...facts, diffId: POISON } }]);
  }

  /** Builds an archive on standard output, and tells what happened. */
  async build(...options: string[]): Promise<Build> {
    return this.#run([this.conf, '--cache-dir', this.cache, ...options]);
  }

  /** As a build that knows nothing does it. */
  async plain(...options: string[]): Promise<Build> {
    return this.#run([this.conf, '--no-cache', ...options]);
  }

  async oci(directory: string, ...options: string[]): Promise<Build> {
    return this.#run(['oci', this.conf, this.store.output(directory), '--cache-dir', this.cache, ...options]);
  }

  async #run(args: readonly string[]): Promise<Build> {
    const run = await runCli([...args, '--store-root', this.store.root, '--progress', 'json']);
    const { status, stderr, stdout: bytes } = run;
    const events = eventsOf(stderr.split('\n').slice(0, -1));
    const kinds = ['digest', 'blob'];
    const summed = events.flatMap((event) =>
      event.type === 'task' && kinds.includes(event.task) ? [event.layer] : [],
    );
    return { status, stderr, bytes, events, summed: [...new Set(summed)].sort() };
  }
}

function assertBuilt(built: Build, expected: { bytes: Buffer; summed: readonly number[] }): void {
  assert.equal(built.status, 0, built.stderr);
  assert.deepEqual(built.summed, expected.summed);
  assert.ok(built.bytes.equals(expected.bytes), 'other bytes than without a cache');
}

function imageOf({ events }: Build): unknown {
  const [summary] = events.flatMap((event) => (event.type === 'finished' ? [event.summary] : []));
  assert.ok(summary !== undefined, 'it did not finish');
  return { imageId: summary.imageId, diffIds: summary.layers.map(({ diffId }) => diffId) };
}

function warningsOf({ events }: Build): string[] {
  return events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
}

describe('a build whose layers are known', { concurrency: 2 }, () => {
  for (const options of [[], ['--workers', '7'], ['--workers', '1']]) {
    it(`sums nothing, and gives the same bytes: ${options.join(' ')}`, async (t) => {
      const place = new Place(t);
      await place.seed();
      const { bytes } = await place.plain();
      const built = await place.build(...options);
      assertBuilt(built, { bytes, summed: [] });
      const planned = built.events.find((event) => event.type === 'planned');
      assert.equal(planned?.toSum, 0);
      assert.equal(planned.toWrite, 30_720);
      assert.ok(planned.layers.every(({ isSummed }) => !isSummed));
      const [summary] = built.events.flatMap((event) => (event.type === 'finished' ? [event.summary] : []));
      assert.ok(summary?.layers.every(({ isKnown }) => isKnown));
    });
  }

  it('sums what goes by all the same in a single pass', async (t) => {
    const place = new Place(t);
    await place.seed();
    const { bytes } = await place.plain('--single-pass');
    assertBuilt(await place.build('--single-pass'), { bytes, summed: [0, 1, 2] });
  });

  it('sums only the layer of a path that changed', async (t) => {
    const place = new Place(t);
    await place.seed();
    writeFileSync(`${place.store.at(APP)}/bin/app`, '#!/bin/no\n');
    const { bytes } = await place.plain();
    assertBuilt(await place.build(), { bytes, summed: [1] });
  });

  it('knows the same layers in another order, and beside others', async (t) => {
    const place = new Place(t);
    await place.seed();
    place.store.conf({ store_layers: [[APP], [LIB, APP], [LIB]] });
    const { bytes } = await place.plain();
    assertBuilt(await place.build(), { bytes, summed: [1] });
  });

  it('knows a layer that came as a tar', async (t) => {
    const place = new Place(t);
    place.makeReady();
    await place.seed();
    const { bytes } = await place.plain();
    assertBuilt(await place.build(), { bytes, summed: [] });
  });
});

/** Each leaves a tree that has other bytes, or that looks as before to who looks at sizes and times only. */
const CHANGES: Readonly<Record<string, (app: string) => void>> = {
  'was written over, with its old size and time': (app) => {
    const { atime, mtime } = statSync(`${app}/bin/app`);
    writeFileSync(`${app}/bin/app`, '#!/bin/no\n');
    utimesSync(`${app}/bin/app`, atime, mtime);
  },
  'was replaced by rename, with its old size and time': (app) => {
    const { atime, mtime } = statSync(`${app}/bin/app`);
    writeFileSync(`${app}.new`, '#!/bin/no\n');
    utimesSync(`${app}.new`, atime, mtime);
    renameSync(`${app}.new`, `${app}/bin/app`);
  },
  'is linked to another now': (app) => {
    rmSync(`${app}/bin/app`);
    linkSync(`${app}/share/doc`, `${app}/bin/app`);
  },
  'has another mode': (app) => chmodSync(`${app}/bin/app`, 0o755),
  'is a link with another target': (app) => {
    rmSync(`${app}/link`);
    symlinkSync('bun', `${app}/link`);
  },
  'lies in a directory that was swapped with another': (app) => {
    renameSync(`${app}/bin`, `${app}/swap`);
    renameSync(`${app}/share`, `${app}/bin`);
    renameSync(`${app}/swap`, `${app}/share`);
  },
  'has another time': (app) => utimesSync(`${app}/bin/app`, 5, 5),
  'has a new neighbour': (app) => mkdirSync(`${app}/bin/new`),
};

describe('a layer is summed anew, to the right bytes, where a file', { concurrency: 2 }, () => {
  for (const [name, change] of Object.entries(CHANGES)) {
    it(name, async (t) => {
      const place = new Place(t);
      const app = place.store.at(APP);
      symlinkSync('bin', `${app}/link`);
      await place.seed();
      const before = await place.build();
      assert.deepEqual(before.summed, []);
      awaitNextCtime(`${app}/bin/app`, join(place.store.directory, 'probe'));
      change(app);
      const { bytes } = await place.plain();
      assert.ok(!bytes.equals(before.bytes), 'the change changes nothing');
      assertBuilt(await place.build(), { bytes, summed: [1] });
    });
  }
});

describe('what was known', { concurrency: 2 }, () => {
  it('is told in the summary, and nothing is told where nothing was', async (t) => {
    const place = new Place(t);
    const args = [place.conf, '--store-root', place.store.root, '--cache-dir', place.cache, '-o', '/dev/null'];
    const lastLine = async (): Promise<string | undefined> => (await runCli(args)).stderr.trimEnd().split('\n').at(-1);
    assert.match((await lastLine()) ?? '', /^scan .* digest .* stream /);
    const layers = await place.know();
    seed(place.cache, layers.slice(0, 2));
    assert.equal(await lastLine(), '2 of them, 20.5 kB, known from earlier builds');
    seed(place.cache, layers);
    assert.equal(await lastLine(), 'all layers known from earlier builds');
  });
});

describe('a cache that says something wrong', { concurrency: 2 }, () => {
  it('is found out, and set right, by --verify', async (t) => {
    const place = new Place(t);
    const [, app] = await place.seed();
    assert.ok(app !== undefined);
    place.poison(app);
    const { bytes } = await place.plain();
    assert.ok(!(await place.build()).bytes.equals(bytes), 'the cache is not believed');
    assertBuilt(await place.build('--verify'), { bytes, summed: [0, 1, 2] });
    for (const compression of ['none', 'gzip']) {
      const verified = await place.oci(`layout-${compression}`, '--compression', compression, '--verify');
      assert.deepEqual(verified.summed, [0, 1, 2]);
      assert.deepEqual(imageOf(verified), imageOf(await place.plain()));
    }
  });

  it('is not believed against the checksum of a layer that came as a tar', async (t) => {
    const place = new Place(t);
    place.makeReady();
    const custom = (await place.seed()).at(-1);
    assert.ok(custom !== undefined);
    place.poison(custom);
    const { bytes } = await place.plain();
    assertBuilt(await place.build(), { bytes, summed: [2] });
  });

  it('does not hide a checksum that is wrong', async (t) => {
    const place = new Place(t);
    place.makeReady();
    await place.seed();
    place.store.readyLayer({ checksum: hexOf(POISON) });
    await place.seed();
    const { status, stderr } = await place.build();
    assert.match(stderr, /DIGEST_MISMATCH.*checksum says sha256:/);
    assert.equal(status, 1);
  });

  const SPOILS: Readonly<Record<string, (entry: string) => void>> = {
    'half written': (entry) => truncateSync(entry, 100),
    empty: (entry) => truncateSync(entry, 0),
    'of another digest': (entry) => {
      const text = readFileSync(entry, 'utf8');
      writeFileSync(entry, text.replace(/sha256:[\da-f]{64}/, POISON));
    },
    'writable by others': (entry) => chmodSync(entry, 0o666),
    'a link to a good one': (entry) => {
      renameSync(entry, `${entry}.good`);
      symlinkSync(`${entry}.good`, entry);
    },
    'that of another layer': (entry) => {
      const others = filesBelow(join(entry, '../..')).filter((name) => name.endsWith('.json') && !entry.endsWith(name));
      const [other = ''] = others;
      writeFileSync(entry, readFileSync(join(entry, '../..', other)));
    },
    'a directory': (entry) => {
      rmSync(entry);
      mkdirSync(entry);
    },
  };
  for (const [name, spoil] of Object.entries(SPOILS)) {
    it(`is ignored where an entry is ${name}`, async (t) => {
      const place = new Place(t);
      const [, app] = await place.seed();
      assert.ok(app !== undefined);
      spoil(entryPath(place.cache, app.key));
      const { bytes } = await place.plain();
      assertBuilt(await place.build(), { bytes, summed: [1] });
    });
  }
});

/** Two layers of files that nobody touched for long, packages of this project, and one that is new as yet. */
function makeOld(t: TestContext): Place {
  const place = new Place(t);
  symlinkSync(PACKAGES, place.store.at('/nix/store/packages'));
  const names = ['piscina', 'commander'];
  place.makeReady({ store_layers: names.map((name) => [`/nix/store/packages/${name}`]) });
  return place;
}

const OLD = [0, 1];

/** The rest may have become old by now, or not. */
function oldOf({ summed }: Build): number[] {
  return summed.filter((layer) => OLD.includes(layer));
}

function assertOldBuilt(built: Build, expected: { bytes: Buffer; summed: readonly number[] }): void {
  assertBuilt({ ...built, summed: oldOf(built) }, expected);
}

describe('a build', { concurrency: 2 }, () => {
  it('keeps what it summed of old files for the next one, in two passes and in one', async (t) => {
    for (const options of [[], ['--single-pass']]) {
      const place = makeOld(t);
      const first = await place.build(...options);
      assert.deepEqual(oldOf(first), OLD, first.stderr);
      assertOldBuilt(await place.build(), { bytes: (await place.plain()).bytes, summed: [] });
    }
  });

  it('shares the cache with another at the same time', async (t) => {
    const place = makeOld(t);
    const { bytes } = await place.plain();
    for (const built of await Promise.all([place.build(), place.build('--workers', '3')])) {
      assert.equal(built.status, 0, built.stderr);
      assert.ok(built.bytes.equals(bytes));
      assert.deepEqual(warningsOf(built), []);
    }
    assertOldBuilt(await place.build(), { bytes, summed: [] });
    assert.deepEqual(
      filesBelow(place.cache).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });

  it('with --no-cache neither reads nor writes it', async (t) => {
    const place = makeOld(t);
    const [first] = await place.know();
    assert.ok(first !== undefined);
    place.poison(first);
    const before = filesBelow(place.cache);
    const built = await place.build('--no-cache');
    assert.deepEqual(oldOf(built), OLD);
    assert.deepEqual(filesBelow(place.cache), before);
    assertOldBuilt(await place.build('--verify'), { bytes: built.bytes, summed: OLD });
    assert.notDeepEqual(filesBelow(place.cache), before);
  });

  it('finds the cache in the user’s directory for caches', async (t) => {
    const place = makeOld(t);
    const env = { XDG_CACHE_HOME: join(place.store.directory, 'caches') };
    const { status } = await runCli([place.conf, '--store-root', place.store.root], { env });
    assert.equal(status, 0);
    const kept = filesBelow(join(env.XDG_CACHE_HOME, 'layerstream')).filter((name) => name.endsWith('.json'));
    assert.ok(kept.length >= OLD.length, kept.join());
  });

  it('warns once of a cache that it cannot use, and goes on', async (t) => {
    const place = makeOld(t);
    const { bytes } = await place.plain();
    writeFileSync(place.cache, 'no directory');
    const told = `the cache of layer digests in ${place.cache} is not used: ${place.cache}: it is not a directory`;
    const built = await place.build();
    assertOldBuilt(built, { bytes, summed: OLD });
    assert.deepEqual(warningsOf(built), [told]);
    const args = [place.conf, '--store-root', place.store.root, '--cache-dir', place.cache];
    for (const progress of ['plain', 'off']) {
      const { status, stderr } = await runCli([...args, '--progress', progress, '-o', place.store.output()]);
      assert.equal(status, 0);
      const lines = stderr.split('\n').filter((line) => line.includes('warning'));
      assert.deepEqual(lines, [`layerstream: warning: ${told}`]);
    }
  });
});

describe('oci, behind other builds,', { concurrency: 2 }, () => {
  it('uses digests for blobs that are in the layout, and writes those that are not', async (t) => {
    const place = new Place(t);
    const [lib] = await place.know();
    assert.ok(lib !== undefined);
    const first = await place.oci('layout');
    assert.deepEqual(first.summed, [0, 1, 2]);
    // As a stream would have learned it.
    seed(place.cache, [lib]);
    const second = await place.oci('layout');
    assert.deepEqual(second.summed, [1, 2]);
    await place.seed();
    const third = await place.oci('layout');
    assert.deepEqual(third.summed, []);
    const planned = third.events.find((event) => event.type === 'planned');
    assert.equal(planned?.toSum, 0);
    for (const built of [second, third]) assert.deepEqual(imageOf(built), imageOf(first));
    const elsewhere = await place.oci('elsewhere');
    assert.deepEqual(elsewhere.summed, [0, 1, 2], 'a digest alone is no blob');
    assert.deepEqual(imageOf(elsewhere), imageOf(first));
  });

  it('keeps the digests of compressed blobs, each kind for itself', async (t) => {
    const place = makeOld(t);
    const first = await place.oci('layout', '--compression', 'gzip');
    assert.deepEqual(oldOf(first), OLD);
    const second = await place.oci('layout', '--compression', 'gzip');
    assert.deepEqual(oldOf(second), []);
    assert.deepEqual(oldOf(await place.oci('layout', '--compression', 'gzip:1')), OLD);
    assert.deepEqual(oldOf(await place.oci('layout', '--compression', 'gzip')), []);
    // The tars' own digests were learned on the way.
    assertOldBuilt(await place.build(), { bytes: (await place.plain()).bytes, summed: [] });
    assert.deepEqual(imageOf(second), imageOf(first));
  });

  it('with --verify replaces a damaged blob', async (t) => {
    const place = new Place(t);
    const [lib] = await place.seed();
    assert.ok(lib !== undefined);
    const first = await place.oci('layout');
    const blob = join(place.store.output('layout'), 'blobs', lib.facts.diffId.replace(':', '/'));
    const whole = readFileSync(blob);
    chmodSync(blob, 0o644);
    writeFileSync(blob, Buffer.alloc(whole.length));
    assert.deepEqual((await place.oci('layout')).summed, []);
    const verified = await place.oci('layout', '--verify');
    assert.deepEqual(imageOf(verified), imageOf(first));
    assert.ok(readFileSync(blob).equals(whole), 'the blob is damaged still');
  });
});
