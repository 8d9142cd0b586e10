import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type Images, OWNER } from './images.js';

/** All facts of each file of a tree, by its name in an image. Names are bytes, as Latin-1 text. */
export type Facts = Map<string, string>;

type Owner = { readonly mtime: number; readonly uid: number; readonly gid: number };

export interface ReadOptions {
  /** What the tree's own name becomes. */
  readonly as: string;
  /** Takes the place of the files' own. */
  readonly owner?: Owner;
}

export function readTree(path: string, { as, owner }: ReadOptions, facts: Facts = new Map()): Facts {
  const at = Buffer.from(path, 'latin1');
  const stat = lstatSync(at, { bigint: true });
  facts.set(as === '' ? '/' : as, `${describe(at, stat)} ${describeOwner(owner ?? ownOf(stat))}`);
  if (!stat.isDirectory()) return facts;
  for (const name of readdirSync(at, 'latin1')) {
    readTree(`${path}/${name}`, { as: `${as}/${name}`, ...(owner && { owner }) }, facts);
  }
  return facts;
}

/** What an image of the current kind must hold: all its layers, one on top of the other. */
export function expectCurrent({ paths, store, customisationSource }: Images): Facts {
  const facts = new Map(['/nix', '/nix/store'].map((name) => [name, `directory 755 ${describeOwner(OWNER)}`]));
  for (const path of [paths.busybox, paths.varied, paths.single]) {
    readTree(store.onDisk(path), { as: path, owner: OWNER }, facts);
  }
  return readTree(customisationSource, { as: '', owner: { mtime: 1, uid: 0, gid: 0 } }, facts);
}

/** The same for one of the first kind, whose files are as they are in the store. */
export function expectFirst({ paths, store }: Images): Facts {
  const nobody = describeOwner({ mtime: 0, uid: 0, gid: 0 });
  const facts = new Map(['/nix', '/nix/store'].map((name) => [name, `directory 755 ${nobody}`]));
  for (const path of [paths.busybox, paths.varied, paths.single]) readTree(store.onDisk(path), { as: path }, facts);
  return readTree(store.onDisk(paths.customisation), { as: '' }, facts);
}

/** Shows only what differs: whole trees are too long to read. */
export function assertSameTree(actual: Facts, expected: Facts): void {
  const names = [...new Set([...actual.keys(), ...expected.keys()])].sort();
  const different = names.filter((name) => actual.get(name) !== expected.get(name));
  const show = (facts: Facts): string[] => different.map((name) => `${name}: ${facts.get(name) ?? 'missing'}`);
  assert.deepEqual(show(actual), show(expected));
}

function describe(at: Buffer, stat: BigIntStats): string {
  const mode = (Number(stat.mode) & 0o7777).toString(8);
  if (stat.isDirectory()) return `directory ${mode}`;
  if (stat.isSymbolicLink()) return `link to ${readlinkSync(at, 'latin1')}`;
  assert.ok(stat.isFile());
  return `file ${mode} ${stat.size} ${createHash('sha256').update(readFileSync(at)).digest('hex')}`;
}

function ownOf({ mtimeNs, uid, gid }: BigIntStats): Owner {
  return { mtime: Number(mtimeNs / 1_000_000_000n), uid: Number(uid), gid: Number(gid) };
}

function describeOwner({ mtime, uid, gid }: Owner): string {
  return `of ${uid}:${gid} at ${mtime}`;
}
