/**
 * What a layer is made of, before anything was read: plain data, fit to be sent to a worker.
 */
import type { ByteString } from '../ground/bytestring.js';
import type { EntryOwner } from '../tar/header.js';
import type { Listing } from './listing.js';

/** Where the bytes of a layer come from: a base image, store paths, or the conf's customisation layer. */
export type LayerOrigin = 'base' | 'store' | 'customisation';

/** A layer made of trees on disk. */
export interface TreeSpec {
  /** Paths as the image names them. */
  readonly paths: readonly ByteString[];
  /** What stands before a path to reach it on disk; empty, or a directory without a slash at its end. */
  readonly root: ByteString;
  /** What is cut from the front of every name in the tar. */
  readonly cut: ByteString;
  /** Whether entries for `/nix` and `/nix/store` come first. */
  readonly parents: 'store-parents' | 'none';
  readonly ownership: SpecOwnership;
}

export type SpecOwnership =
  | ({ readonly kind: 'fixed' } & EntryOwner)
  | {
      readonly kind: 'from-files';
      /** Names by id, as `/etc/passwd` and `/etc/group` give them. */
      readonly users: ReadonlyMap<number, ByteString>;
      readonly groups: ReadonlyMap<number, ByteString>;
    };

/** A layer made of trees, as it was walked. */
export interface TreeContent {
  readonly kind: 'tree';
  readonly spec: TreeSpec;
  /** One after the other. */
  readonly listings: readonly Listing[];
  /** Bytes of the tar. */
  readonly size: number;
}

/**
 * How a file holds a layer's tar: as it is, or compressed. The image's own layers are always `tar`, even if their first
 * bytes look like gzip.
 */
export type FileForm = 'tar' | 'gzip' | 'zstd';

/** A layer that is ready in a file. */
export interface FileContent extends FilePart {
  readonly form: FileForm;
}

/** A part of an open file. */
export interface FilePart {
  readonly kind: 'file';
  /** An open descriptor; what made the content closes it. */
  readonly fd: number;
  readonly offset: number;
  readonly size: number;
  /** The whole file's `st_dev` and `st_ino`. */
  readonly device: bigint;
  readonly inode: bigint;
  /** The whole file's status change time, in nanoseconds, when it was opened. */
  readonly ctime: bigint;
  /** For messages. */
  readonly path: string;
}
