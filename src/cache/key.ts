/**
 * What a layer's bytes come from, as one short text.
 */
import type { LayerContent } from '../layer/source.js';
import type { FileContent, SpecOwnership, TreeContent, TreeSpec } from '../scan/spec.js';
import { KeyHash } from './key-hash.js';

/** 64 hex digits. Made by `layerKey` only. */
export type LayerKey = string & { readonly __brand: 'LayerKey' };

/**
 * To be raised whenever the same listing would give other bytes than before (headers, order, padding), or what is
 * hashed here changes.
 */
const FORMAT = 'layerstream layer 1';

/**
 * The key under which a layer's digests are kept: SHA-256 over all that its bytes come from.
 *
 * Of trees that is the spec, and what the file system said of each entry when it was walked: device, inode and ctime
 * tell a file from any other, and its content from any that it had before. Where the trees lay (`root`) does not
 * matter, nor does how the layer was sliced.
 */
export function layerKey(content: LayerContent): LayerKey {
  const key = new KeyHash().text(FORMAT).text(content.kind);
  if (content.kind === 'tree') addTree(key, content);
  else addFile(key, content);
  // The brand has no run-time part.
  return key.finish() as LayerKey;
}

function addFile(key: KeyHash, { device, inode, ctime, offset, size }: FileContent): void {
  key.integers([device, inode, ctime]).numbers([offset, size]);
}

function addTree(key: KeyHash, content: TreeContent): void {
  const { spec, listings } = content;
  addSpec(key, spec);
  key
    .column(listings.map(({ depth }) => depth))
    .column(listings.map(({ mode }) => mode))
    .column(listings.map(({ size }) => size))
    .column(listings.map(({ inode }) => inode))
    .column(listings.map(({ ctime }) => ctime))
    .texts(listings.map(({ names, nameEnd }) => ({ bytes: names, ends: nameEnd })))
    .texts(listings.map(({ targets, targetEnd }) => ({ bytes: targets, ends: targetEnd })));
  addDevices(key, content);
  if (spec.ownership.kind === 'from-files') addOwners(key, content, spec.ownership);
}

function addSpec(key: KeyHash, { paths, cut, parents, ownership }: TreeSpec): void {
  key.numbers([paths.length]);
  for (const path of paths) key.text(path);
  key.text(cut).text(parents).text(ownership.kind);
  if (ownership.kind !== 'fixed') return;
  const { mtime, uid, gid, uname, gname } = ownership;
  key.numbers([mtime, uid, gid]).text(uname).text(gname);
}

/** Runs that go on in the next slice are one run. */
function addDevices(key: KeyHash, { listings }: TreeContent): void {
  const runs: bigint[] = [];
  let last: bigint | undefined;
  let before = 0;
  for (const { count, device, deviceStart } of listings) {
    device.forEach((id, i) => {
      if (id !== last) runs.push(BigInt(before + (deviceStart[i] ?? 0)), id);
      last = id;
    });
    before += count;
  }
  key.numbers([runs.length]).integers(runs);
}

/** Names of the ids that occur, and of no others: a new user of the machine changes no layer. */
function addOwners(
  key: KeyHash,
  { listings }: TreeContent,
  { users, groups }: Extract<SpecOwnership, { kind: 'from-files' }>,
): void {
  const owners = listings.flatMap((listing) => listing.owners ?? []);
  const uids = owners.map(({ uid }) => uid);
  const gids = owners.map(({ gid }) => gid);
  key
    .column(owners.map(({ mtime }) => mtime))
    .column(uids)
    .column(gids);
  for (const [columns, names] of [
    [uids, users],
    [gids, groups],
  ] as const) {
    const ids = distinct(columns);
    key.numbers([ids.length]);
    // An id without a name is written as one with an empty name.
    for (const id of ids) key.numbers([id]).text(names.get(id) ?? '');
  }
}

function distinct(columns: readonly Uint32Array[]): number[] {
  const found = new Set<number>();
  let last: number | undefined;
  for (const column of columns) {
    for (const id of column) {
      // Neighbours mostly have one owner, and comparing is quicker than looking up.
      if (id !== last) found.add(id);
      last = id;
    }
  }
  return [...found].sort((a, b) => a - b);
}
