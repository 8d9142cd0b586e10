import type { JsonObject } from '../ground/json/value.js';

/**
 * What both kinds of conf become. Nothing after parsing asks which kind it was.
 */
export interface Conf {
  readonly architecture: string;
  /** Of the architecture, such as `v7` of `arm`. */
  readonly variant?: string | undefined;
  /** `created` as the image config has it. */
  readonly created: string;
  /** The image's run configuration, just as it was written. */
  readonly config: JsonObject | null;
  readonly repoTag: string;
  readonly storeDir: string;
  /** Store paths of each layer, in order. */
  readonly storeLayers: readonly (readonly string[])[];
  readonly customisation: Customisation;
  /** Path of a docker-archive to build upon. */
  readonly fromImage: string | undefined;
  readonly ownership: Ownership;
  /** Seconds since the epoch for the entries of the outer archive. */
  readonly archiveTime: number;
}

/** The last layer. */
export type Customisation =
  /** A store path whose tree is the layer, its own `/nix/store/<name>` cut from each name. */
  | { readonly kind: 'tree'; readonly path: string }
  /** A directory with `layer.tar` and `checksum`. */
  | { readonly kind: 'tar'; readonly path: string };

/** Times and owners of the entries of store layers. */
export type Ownership =
  /** What the file system says. */
  { readonly kind: 'from-files' } | ({ readonly kind: 'fixed' } & Owner);

export interface Owner {
  /** Seconds since the epoch. */
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
  readonly uname: string;
  readonly gname: string;
}

/** A conf, and what is odd about it but no error. */
export interface ParsedConf {
  readonly conf: Conf;
  readonly warnings: readonly string[];
}
