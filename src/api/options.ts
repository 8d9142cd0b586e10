/** What the verbs of a session take and return. Each verb takes only options that it uses. */
import type { CompressionSetting } from '../compression/setting.js';
import type { Conf } from '../config/model.js';
import type { Description } from '../describe/schema.js';
import type { BuildListener, BuildSummary, LayerSummary } from '../events/events.js';
import type { Descriptor } from '../oci/descriptor.js';

/** What an image is built from: a conf, or the description of an image whose paths may be elsewhere. */
export type ImageSource = Conf | Description;

export interface SessionOptions {
  /** Threads that scan, hash and compress layers, 1 to 1024; by default the cores that this process may use. */
  readonly workers?: number | undefined;
  /**
   * Directory of a cache of layer digests, so that layers whose files did not change need not be hashed again. It is made
   * if it is missing. By default there is no cache.
   */
  readonly cacheDirectory?: string | undefined;
  /** Starts further threads at once that this verb will need. */
  readonly warmUp?: 'archive' | 'single-pass archive' | undefined;
}

/** What all verbs take. */
export interface VerbOptions {
  /**
   * Names of the image, such as `registry.example/app:1.2`; without a tag they are `latest`. By default it has one, the
   * conf's `repo_tag`.
   */
  readonly tags?: readonly string[] | undefined;
  /** Directory below which the store lies, as for `nix --store DIR`. Names in the image do not change. */
  readonly storeRoot?: string | undefined;
  /** Ends the work with `ABORTED`. */
  readonly signal?: AbortSignal | undefined;
  /** What messages call the conf; a path, as a rule. */
  readonly source?: string | undefined;
  /** Gets what happens. An error that it throws ends the work. */
  readonly onEvent?: BuildListener | undefined;
}

/** What all verbs take that build an image. */
export interface BuildVerbOptions extends VerbOptions {
  /**
   * Gets functions that remove at once what is unfinished, and wait for nothing. A handler of a signal that ends the
   * process may call them, the last one first.
   */
  readonly onCleanUp?: ((cleanUp: () => void) => void) | undefined;
}

export interface ArchiveOptions extends BuildVerbOptions {
  /**
   * Names the archive's layers by position rather than by digest, so that each is hashed while it is written, and every
   * file is read once. The image is the same.
   */
  readonly singlePass?: boolean | undefined;
  /** How the archive is compressed as a whole; not at all by default. The bytes depend on no number of workers. */
  readonly compression?: CompressionSetting | undefined;
  /** Hashes all layers, even if the cache knows them, and the output again; fails if both differ. */
  readonly verify?: boolean | undefined;
  /** Puts the image also into a layout, in the same pass: every file is read once, as with `singlePass`. */
  readonly layout?: AlongLayoutOptions | undefined;
}

export interface AlongLayoutOptions extends StorageOptions {
  readonly directory: string;
  /** Removes blobs that no image of the layout needs, when the build is done and no other one runs. */
  readonly collectGarbage?: boolean | undefined;
}

export interface StorageOptions {
  /** How layers are compressed; not at all by default. Those of a base image that are compressed already stay so. */
  readonly compression?: CompressionSetting | undefined;
}

export interface LayoutArchiveOptions extends BuildVerbOptions, StorageOptions {
  /** What messages call each of several confs. */
  readonly sources?: readonly string[] | undefined;
  /** Hashes all layers, even if the cache knows them. */
  readonly verify?: boolean | undefined;
}

export interface LayoutOptions extends LayoutArchiveOptions {
  /** Removes blobs that no image of the layout needs, when the build is done and no other one runs. */
  readonly collectGarbage?: boolean | undefined;
}

/** What was built into a layout, or an archive of one. */
export interface LayoutSummary extends BuildSummary {
  /** What each of the names leads to: the image manifest, or an index of it and of images for other platforms. */
  readonly targets: readonly Descriptor[];
  /** Of the image manifest. */
  readonly manifest: Descriptor;
  readonly layers: readonly StoredLayerSummary[];
}

export interface StoredLayerSummary extends LayerSummary {
  /** Of the blob. */
  readonly descriptor: Descriptor;
  /** Whether this build wrote the blob, or found it in the layout. */
  readonly outcome: 'written' | 'reused';
}
