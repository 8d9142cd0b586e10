/** What a base image says of itself, in either format. */
import type { Digest } from '../../oci/digest.js';
import type { PartialPlatform, Platform } from '../../oci/platform.js';
import type { FilePart } from '../../scan/spec.js';

/** Which image of several is asked for. */
export interface BaseChoice {
  /** One of its names; undefined where the conf gives none. */
  readonly name: string | undefined;
  readonly platform: Platform;
}

export interface BaseContents {
  readonly layers: readonly FoundLayer[];
  /** `Env` of its run configuration. */
  readonly env: readonly string[];
  readonly platform: PartialPlatform;
  /** What is odd about it, but no error. */
  readonly warnings: readonly string[];
}

export interface FoundLayer {
  /** Its name in the base image. */
  readonly name: string;
  /** What the base's config says that it is; to be checked when it is copied. */
  readonly diffId: Digest;
  readonly part: FilePart;
}

/** How to name one of several images. */
export const HOW_TO_CHOOSE = 'Name one in the conf: "from_image": "PATH#NAME"';
