/** Runs of the program that use what earlier ones learned. */
import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { BuildEvent } from '../../src/events/events.js';
import { digestOf } from '../../src/oci/digest.js';
import { eventsOf } from './cli-events.js';
import { runCli } from './cli-run.js';
import { type ConfFields, TestStore } from './cli-store.js';
import { knowLayers, type SeededLayer, seed } from './seeds.js';

export const POISON = digestOf(Buffer.from('something else'));
const PACKAGES = fileURLToPath(new URL('../../../node_modules', import.meta.url));

export interface Build {
  readonly status: number | null;
  readonly stderr: string;
  readonly bytes: Buffer;
  readonly events: readonly BuildEvent[];
  /** Layers that some thread hashed, in order. */
  readonly hashed: readonly number[];
}

export class Place {
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

  know(): Promise<SeededLayer[]> {
    return knowLayers(this.conf, this.store.root);
  }

  async seed(): Promise<SeededLayer[]> {
    const layers = await this.know();
    seed(this.cache, layers);
    return layers;
  }

  /** Lets the cache say something else of a layer. */
  poison({ key, facts }: SeededLayer): void {
    seed(this.cache, [{ key, facts: { ...facts, diffId: POISON } }]);
  }

  /** Builds an archive on standard output, and returns what happened. */
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

  /** Like `oci`, but stores no digests, however old the files are by then. */
  async plainOci(directory: string): Promise<Build> {
    return this.#run(['oci', this.conf, this.store.output(directory), '--no-cache']);
  }

  async #run(args: readonly string[]): Promise<Build> {
    const run = await runCli([...args, '--store-root', this.store.root, '--progress', 'json']);
    const { status, stderr, stdout: bytes } = run;
    const events = eventsOf(stderr.split('\n').slice(0, -1));
    const kinds = ['digest', 'blob'];
    const hashed = events.flatMap((event) =>
      event.type === 'task' && kinds.includes(event.task) ? [event.layer] : [],
    );
    return { status, stderr, bytes, events, hashed: [...new Set(hashed)].sort() };
  }
}

export function assertBuilt(built: Build, expected: { bytes: Buffer; hashed: readonly number[] }): void {
  assert.equal(built.status, 0, built.stderr);
  assert.deepEqual(built.hashed, expected.hashed);
  assert.ok(built.bytes.equals(expected.bytes), 'other bytes than without a cache');
}

export function imageOf({ events }: Build): unknown {
  const [summary] = events.flatMap((event) => (event.type === 'finished' ? [event.summary] : []));
  assert.ok(summary !== undefined, 'it did not finish');
  return { imageId: summary.imageId, diffIds: summary.layers.map(({ diffId }) => diffId) };
}

export function warningsOf({ events }: Build): string[] {
  return events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
}

/** Two layers of files that have not changed for long, packages of this project, and one of new files. */
export function makeOld(t: TestContext): Place {
  const place = new Place(t);
  symlinkSync(PACKAGES, place.store.at('/nix/store/packages'));
  const names = ['piscina', 'commander'];
  place.makeReady({ store_layers: names.map((name) => [`/nix/store/packages/${name}`]) });
  return place;
}

export const OLD = [0, 1];

/** The rest may have become old by now, or not. */
export function oldOf({ hashed }: Build): number[] {
  return hashed.filter((layer) => OLD.includes(layer));
}

export function assertOldBuilt(built: Build, expected: { bytes: Buffer; hashed: readonly number[] }): void {
  assertBuilt({ ...built, hashed: oldOf(built) }, expected);
}
