import { type BigIntStats, constants, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { asByteString, type ByteString, displayName, sortNames, toFsPath } from '../ground/bytestring.js';
import { LayerstreamError, systemCode, systemReason } from '../ground/errors.js';
import { archiveSize, entryHeaderSize, paddedSize } from '../tar/header.js';
import { encodeParents, entryKind, ownFileOwner, tarName } from './entries.js';
import { type Listing, ListingBuilder } from './listing.js';
import type { TreeContent, TreeSpec } from './spec.js';

/** Few enough that threads end together, and enough that a slice is worth a message. */
const PATHS_PER_SLICE = 8;

/** Names that begin so mark a file of a lower layer as deleted (OCI image-spec, layer.md, "Whiteouts"). */
const WHITEOUT = '.wh.';

/** What a walk found. */
export interface ScannedTree {
  readonly listing: Listing;
  /** Bytes of the listed entries in a tar, bodies included. */
  readonly entriesSize: number;
  /** Paths whose names make them whiteouts in an image, in order. */
  readonly whiteouts: readonly ByteString[];
}

/**
 * A layer's paths in parts, to be walked apart from each other: one thread would take long for a layer that holds
 * most of an image.
 */
export function sliceTree(spec: TreeSpec): TreeSpec[] {
  const count = Math.max(1, Math.ceil(spec.paths.length / PATHS_PER_SLICE));
  return Array.from({ length: count }, (_, i) => ({
    ...spec,
    paths: spec.paths.slice(i * PATHS_PER_SLICE, (i + 1) * PATHS_PER_SLICE),
  }));
}

/** The layer whose slices were walked, given in order. */
export function joinSlices(spec: TreeSpec, slices: readonly ScannedTree[]): TreeContent {
  const entriesSize = slices.reduce((total, slice) => total + slice.entriesSize, encodeParents(spec).length);
  return { kind: 'tree', spec, listings: slices.map(({ listing }) => listing), size: archiveSize(entriesSize) };
}

/**
 * Walks each path of a layer, or of a slice of one, once, in the order of its tar. Links are not followed, a path that
 * is one included.
 *
 * @throws {LayerstreamError} `FILE_UNSUPPORTED` for what cannot be in a store, `PATH_CHANGED` for what vanished,
 * `READ_FAILED` for what cannot be read; each names the path.
 */
export function walkTree(spec: TreeSpec): ScannedTree {
  const walk = new TreeWalk(spec);
  for (const path of spec.paths) walk.add(path, 0, path);
  return walk.finish();
}

class TreeWalk {
  readonly #spec: TreeSpec;
  readonly #builder: ListingBuilder;
  readonly #whiteouts: ByteString[] = [];

  constructor(spec: TreeSpec) {
    this.#spec = spec;
    this.#builder = new ListingBuilder({ withOwners: spec.ownership.kind === 'from-files' });
  }

  /** Lists a path (`name` is its last component, or all of it at depth 0) and, if it is a directory, what is below. */
  add(path: ByteString, depth: number, name: ByteString): void {
    const place = asByteString(this.#spec.root + path);
    const stat = readAt(place, (at) => lstatSync(at, { bigint: true }));
    const mode = Number(stat.mode);
    const kind = entryKind(mode);
    if (kind === undefined) throw unsupported(place, mode);
    const target =
      kind === 'symlink' ? asByteString(readAt(place, (at) => readlinkSync(at, { encoding: 'latin1' }))) : undefined;
    const size = kind === 'file' ? Number(stat.size) : 0;
    const own = { mtime: wholeSeconds(stat), uid: Number(stat.uid), gid: Number(stat.gid) };

    const { ownership, cut } = this.#spec;
    const bytes =
      paddedSize(size) +
      entryHeaderSize({
        kind,
        name: tarName(path, kind, cut),
        mode,
        size,
        target: target ?? asByteString(''),
        owner: ownership.kind === 'fixed' ? ownership : ownFileOwner(ownership, own),
      });
    const seen = { device: stat.dev, inode: stat.ino, ctime: stat.ctimeNs };
    this.#builder.add({ depth, name, mode, size, target, bytes, ...seen, ...own });
    if (name.startsWith(WHITEOUT)) this.#whiteouts.push(path);
    if (kind !== 'directory') return;
    for (const child of sortedNames(place)) this.add(asByteString(`${path}/${child}`), depth + 1, child);
  }

  finish(): ScannedTree {
    return { listing: this.#builder.finish(), entriesSize: this.#builder.bytes, whiteouts: this.#whiteouts };
  }
}

function sortedNames(directory: ByteString): ByteString[] {
  // `latin1` makes each name's bytes the units of a string.
  const names = readAt(directory, (at) => readdirSync(at, { encoding: 'latin1' }));
  return sortNames(names.map(asByteString));
}

/** Rounded down. Division of bigints cuts towards zero, and a double holds no nanoseconds of today. */
function wholeSeconds({ mtimeNs }: BigIntStats): number {
  const seconds = mtimeNs / 1_000_000_000n;
  return Number(seconds * 1_000_000_000n > mtimeNs ? seconds - 1n : seconds);
}

/** Runs a system call on a path; says what its failure means for a build. */
function readAt<T>(path: ByteString, call: (at: string | Buffer) => T): T {
  try {
    return call(toFsPath(path));
  } catch (error) {
    throw fileError(path, error);
  }
}

/** The error for a system call that failed on a file of a layer. */
export function fileError(path: ByteString, error: unknown): LayerstreamError {
  const shown = displayName(path);
  switch (systemCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new LayerstreamError('PATH_CHANGED', `${shown} vanished while the image was being built`, {
        path: shown,
        cause: error,
        hint: 'Is a garbage collection running? Keep the closure alive with a GC root and build again.',
      });
    case 'EACCES':
    case 'EPERM':
      return new LayerstreamError('READ_FAILED', `${shown} may not be read: ${systemReason(error)}`, {
        path: shown,
        cause: error,
        hint: 'Run as a user who may read the whole closure.',
      });
    default:
      return new LayerstreamError('READ_FAILED', `${shown} cannot be read: ${systemReason(error)}`, {
        path: shown,
        cause: error,
      });
  }
}

function unsupported(path: ByteString, mode: number): LayerstreamError {
  const shown = displayName(path);
  return new LayerstreamError(
    'FILE_UNSUPPORTED',
    `${shown} is ${describeType(mode)}; a layer of store paths cannot hold it`,
    {
      path: shown,
      hint: 'A Nix store holds files, directories and symbolic links only. Remove it, or leave its path out.',
    },
  );
}

function describeType(mode: number): string {
  switch (mode & constants.S_IFMT) {
    case constants.S_IFIFO:
      return 'a fifo';
    case constants.S_IFSOCK:
      return 'a socket';
    case constants.S_IFBLK:
      return 'a block device';
    case constants.S_IFCHR:
      return 'a character device';
    default:
      return 'of an unknown type';
  }
}
