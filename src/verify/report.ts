import type { Digest } from '../oci/digest.js';

/** How an image is stored: as `docker save` writes it, or as an OCI image layout. */
export type ImageFormat = 'docker-archive' | 'oci-layout';

export interface VerifyReport {
  /** The formats that were found and checked; an archive may have the documents of both. */
  readonly formats: readonly ImageFormat[];
  readonly images: readonly VerifiedImage[];
  /** Entries of the archive, or of the layout's directory. */
  readonly entries: number;
  /** Claims that do not hold or could not be checked. Empty if the image is as it says. */
  readonly mismatches: readonly string[];
  /** Remarks that are no mismatches. */
  readonly notes: readonly string[];
}

export interface VerifiedImage {
  /** `RepoTags` of `manifest.json`, and the names that the layout's index gives. */
  readonly repoTags: readonly string[];
  /** Digest of the image config's bytes; undefined if the config is missing. */
  readonly imageId: Digest | undefined;
  /** Digest of the manifest, as a layout's index has it; undefined if only `manifest.json` lists the image. */
  readonly manifest: string | undefined;
  /** `linux/arm64/v8`, as the image config says; undefined if it does not. */
  readonly platform: string | undefined;
  readonly layers: readonly VerifiedLayer[];
}

export interface VerifiedLayer {
  /** The name of its file. */
  readonly name: string;
  /** Digest of its tar; undefined if that could not be read. */
  readonly diffId: Digest | undefined;
  /** Bytes as they are stored. */
  readonly size: number;
}
