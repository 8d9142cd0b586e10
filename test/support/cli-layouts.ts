/** The program's `oci` command, and what its layouts hold. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { blobName } from '../../src/oci/blob-name.js';
import { digestOf, parseDigest } from '../../src/oci/digest.js';
import { type Outcome, type RunOptions, runCli } from './cli-run.js';
import { APP, LIB, type TestStore } from './cli-store.js';
import { type LayoutFacts, readLayout } from './layouts.js';

/** Arguments that build the test's conf into its layout. */
export function ociArgs(store: TestStore, ...more: readonly string[]): string[] {
  return ['oci', store.conf(), store.output('layout'), '--store-root', store.root, ...more];
}

/** Builds the test's conf into its layout, which must succeed. */
export async function buildLayout(
  store: TestStore,
  more: readonly string[] = [],
  options: RunOptions = {},
): Promise<Outcome> {
  const outcome = await runCli(ociArgs(store, '--progress', 'off', ...more), options);
  assert.equal(outcome.status, 0, outcome.stderr);
  return outcome;
}

/** Makes the layers large enough to be caught at. */
export function growLayers(store: TestStore): void {
  store.tree(APP, { large: Buffer.alloc(6_000_000, 'application ') });
  store.tree(LIB, { large: Buffer.alloc(9_000_000, 'library ') });
}

/** Reads a layout whole; nothing of a build may be left in it. */
export function readFinished(path: string): LayoutFacts {
  assert.deepEqual(readdirSync(path).sort(), ['blobs', 'index.json', 'oci-layout']);
  return readLayout(path);
}

/** Every blob must have the digest in its name, including those that nothing reaches. */
export function assertBlobsWhole(path: string): void {
  const directory = join(path, 'blobs/sha256');
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory)) assert.equal(digestOf(readFileSync(join(directory, name))).slice(7), name);
}

/** Name, inode and time of each blob, which show whether it was written again. */
export function blobMarks(path: string): string[] {
  const directory = join(path, 'blobs/sha256');
  return readdirSync(directory)
    .sort()
    .map((name) => {
      const { ino, mtimeNs } = statSync(join(directory, name), { bigint: true });
      return `${name} ${ino} ${mtimeNs}`;
    });
}

/** The path of an image's blob: of its manifest, its config, or a layer. */
export function blobOf(path: string, which: 'manifest' | 'config' | number): string {
  const locate = (text: string): string => {
    const digest = parseDigest(text);
    assert.ok(digest !== undefined);
    return join(path, blobName(digest));
  };
  const [entry] = JSON.parse(readFileSync(join(path, 'index.json'), 'utf8')).manifests;
  const manifest = locate(entry.digest);
  if (which === 'manifest') return manifest;
  const { config, layers } = JSON.parse(readFileSync(manifest, 'utf8'));
  return locate((which === 'config' ? config : layers[which]).digest);
}
