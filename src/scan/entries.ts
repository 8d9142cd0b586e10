/**
 * From a listing's columns back to tar entries, one after the other.
 */
import { constants } from 'node:fs';
import { asByteString, type ByteString } from '../ground/bytestring.js';
import { type EntryKind, type EntryOwner, encodeEntry, type TarEntry } from '../tar/header.js';
import { type Listing, TextReader } from './listing.js';
import type { SpecOwnership, TreeSpec } from './spec.js';

const NO_OWNER: EntryOwner = { mtime: 0, uid: 0, gid: 0, uname: asByteString(''), gname: asByteString('') };
const NO_NAME = asByteString('');

/** Keeps the path of the entry it was last asked for; so entries must be asked for in order. */
class PathTrail {
  readonly #trail: ByteString[] = [];

  /** The whole path of an entry of this depth and name. */
  step(depth: number, name: ByteString): ByteString {
    const parent = depth === 0 ? undefined : this.#trail[depth - 1];
    const path = parent === undefined ? name : asByteString(`${parent}/${name}`);
    this.#trail[depth] = path;
    return path;
  }
}

/** One entry of a layer, and where its file lies. */
export interface LayerEntry extends TarEntry {
  /** How deep below its store path, which has depth 0. */
  readonly depth: number;
  /** The path that the conf's store path and the walk gave; `root` of the spec comes before it on disk. */
  readonly path: ByteString;
}

export function entryKind(mode: number): EntryKind | undefined {
  switch (mode & constants.S_IFMT) {
    case constants.S_IFREG:
      return 'file';
    case constants.S_IFDIR:
      return 'directory';
    case constants.S_IFLNK:
      return 'symlink';
    default:
      return undefined;
  }
}

/** The name in the tar: the path without what the spec cuts, with a slash after a directory's. */
export function tarName(path: ByteString, kind: EntryKind, cut: ByteString): ByteString {
  const name = path.slice(cut.length);
  return asByteString(kind === 'directory' ? `${name}/` : name);
}

/** The blocks that come before all listed entries: `/nix` and `/nix/store`, which no file stands for. */
export function encodeParents(spec: TreeSpec): Buffer {
  if (spec.parents === 'none') return Buffer.alloc(0);
  const owner = spec.ownership.kind === 'fixed' ? spec.ownership : NO_OWNER;
  const names = ['/nix/', '/nix/store/'].map(asByteString);
  return Buffer.concat(
    names.map((name) => encodeEntry({ kind: 'directory', name, mode: 0o755, size: 0, target: NO_NAME, owner })),
  );
}

/** Reads the entries of listings, one after the other, in order. */
export class EntryReader {
  readonly #listings: Iterator<Listing>;
  readonly #spec: TreeSpec;
  readonly #trail = new PathTrail();
  #open: OpenListing | undefined;

  constructor(listings: readonly Listing[], spec: TreeSpec) {
    this.#listings = listings[Symbol.iterator]();
    this.#spec = spec;
    this.#open = this.#openNext();
  }

  /**
   * Goes to the entry that holds a byte, counted from the first entry's first; `next` gives it. Reads none of those
   * before it. Returns where the entry begins; after the last entry that is where all entries end.
   */
  seek(offset: number): number {
    let begin = 0;
    while (this.#open !== undefined) {
      const { entryEnd, count } = this.#open.listing;
      const end = begin + (entryEnd[count - 1] ?? 0);
      if (offset < end) return begin + this.#seekIn(this.#open, offset - begin);
      begin = end;
      this.#open = this.#openNext();
    }
    return begin;
  }

  /** The next entry; undefined after the last. */
  next(): LayerEntry | undefined {
    while (this.#open !== undefined && ++this.#open.index >= this.#open.listing.count) this.#open = this.#openNext();
    if (this.#open === undefined) return undefined;
    const { listing, index, names, targets } = this.#open;
    const mode = listing.mode[index] ?? 0;
    const kind = entryKind(mode);
    if (kind === undefined) throw new TypeError(`entry ${index} has no kind that a layer holds`);
    const depth = listing.depth[index] ?? 0;
    const path = this.#trail.step(depth, names.at(index));
    return {
      kind,
      depth,
      path,
      name: tarName(path, kind, this.#spec.cut),
      mode: mode & 0o7777,
      size: listing.size[index] ?? 0,
      target: kind === 'symlink' ? targets.at(this.#open.links++) : NO_NAME,
      owner: entryOwner(this.#spec.ownership, listing, index),
    };
  }

  /** What the walk saw of the file of the entry last read. */
  get seen(): { readonly inode: bigint | undefined; readonly ctime: bigint | undefined } {
    const { listing, index } = this.#open ?? {};
    return { inode: listing?.inode[index ?? 0], ctime: listing?.ctime[index ?? 0] };
  }

  #seekIn(open: OpenListing, offset: number): number {
    const { mode, depth, entryEnd } = open.listing;
    const index = firstAbove(entryEnd, offset);
    // The directories that the entry lies in: the last one of each depth before it.
    const parents: number[] = [];
    for (let i = index, above = depth[index] ?? 0; above > 0 && i > 0; i--) {
      if ((depth[i - 1] ?? 0) >= above) continue;
      above--;
      parents.unshift(i - 1);
    }
    for (const parent of parents) this.#trail.step(depth[parent] ?? 0, open.names.at(parent));
    open.index = index - 1;
    for (let i = 0; i < index; i++) if (entryKind(mode[i] ?? 0) === 'symlink') open.links++;
    return index === 0 ? 0 : (entryEnd[index - 1] ?? 0);
  }

  #openNext(): OpenListing | undefined {
    const { value: listing, done } = this.#listings.next();
    if (done) return undefined;
    const names = new TextReader(listing.names, listing.nameEnd);
    return { listing, names, targets: new TextReader(listing.targets, listing.targetEnd), index: -1, links: 0 };
  }
}

interface OpenListing {
  readonly listing: Listing;
  readonly names: TextReader;
  readonly targets: TextReader;
  /** Of the entry last read. */
  index: number;
  /** Symbolic links read so far. */
  links: number;
}

/** The index of the first value above `limit`, in values that grow. */
function firstAbove(values: Float64Array, limit: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

function entryOwner(ownership: SpecOwnership, { owners }: Listing, index: number): EntryOwner {
  if (ownership.kind === 'fixed') return ownership;
  return ownFileOwner(ownership, {
    mtime: owners?.mtime[index] ?? 0,
    uid: owners?.uid[index] ?? 0,
    gid: owners?.gid[index] ?? 0,
  });
}

/** A file's own time and ids, with their names; empty where the ids have none. */
export function ownFileOwner(
  ownership: Extract<SpecOwnership, { kind: 'from-files' }>,
  ids: { readonly mtime: number; readonly uid: number; readonly gid: number },
): EntryOwner {
  return {
    ...ids,
    uname: ownership.users.get(ids.uid) ?? NO_NAME,
    gname: ownership.groups.get(ids.gid) ?? NO_NAME,
  };
}
