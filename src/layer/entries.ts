/**
 * From a listing's columns back to tar entries, one after the other.
 */
import { constants } from 'node:fs';
import { asByteString, type ByteString } from '../bytestring.js';
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

/** The name in the tar: the path without what the spec cuts, with a slash behind a directory's. */
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

/** Reads the entries of a listing in order. */
export class EntryReader {
  readonly #listing: Listing;
  readonly #spec: TreeSpec;
  readonly #names: TextReader;
  readonly #targets: TextReader;
  readonly #trail = new PathTrail();
  #index = -1;
  #links = 0;

  constructor(listing: Listing, spec: TreeSpec) {
    this.#listing = listing;
    this.#spec = spec;
    this.#names = new TextReader(listing.names, listing.nameEnd);
    this.#targets = new TextReader(listing.targets, listing.targetEnd);
  }

  /** The next entry; undefined behind the last. */
  next(): LayerEntry | undefined {
    const listing = this.#listing;
    const index = ++this.#index;
    if (index >= listing.count) return undefined;
    const mode = listing.mode[index] ?? 0;
    const kind = entryKind(mode);
    if (kind === undefined) throw new TypeError(`entry ${index} has no kind that a layer holds`);
    const path = this.#trail.step(listing.depth[index] ?? 0, this.#names.at(index));
    return {
      kind,
      path,
      name: tarName(path, kind, this.#spec.cut),
      mode: mode & 0o7777,
      size: listing.size[index] ?? 0,
      target: kind === 'symlink' ? this.#targets.at(this.#links++) : NO_NAME,
      owner: entryOwner(this.#spec.ownership, listing, index),
    };
  }

  /** What the walk saw of the file of the entry last read. */
  get seen(): { readonly inode: bigint | undefined; readonly ctime: bigint | undefined } {
    return { inode: this.#listing.inode[this.#index], ctime: this.#listing.ctime[this.#index] };
  }
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
