import type { Digest } from '../oci/digest.js';

/** What an image is stored as: what `docker save` writes, or what the OCI image-spec calls an image layout. */
export type ImageFormat = 'docker-archive' | 'oci-layout';

export interface VerifyReport {
  /** What was found, of which all claims were checked; both for an archive that has the documents of both. */
  readonly formats: readonly ImageFormat[];
  readonly images: readonly VerifiedImage[];
  /** Entries of the archive, or of the layout's directory. */
  readonly entries: number;
  /** What does not hold, or could not be checked; empty where all holds. */
  readonly mismatches: readonly string[];
  /** What is worth knowing, and no mismatch. */
  readonly notes: readonly string[];
}

export interface VerifiedImage {
  /** `RepoTags` of `manifest.json`, and the names that the layout's index gives. */
  readonly repoTags: readonly string[];
  /** Digest of the image config as its bytes are; undefined where that is missing. */
  readonly imageId: Digest | undefined;
  /** Digest of the manifest, as a layout's index has it; undefined where only `manifest.json` lists the image. */
  readonly manifest: string | undefined;
  /** `linux/arm64/v8`, as the image config says; undefined where it does not. */
  readonly platform: string | undefined;
  readonly layers: readonly VerifiedLayer[];
}

export interface VerifiedLayer {
  /** Its file's name. */
  readonly name: string;
  /** Digest of its tar; undefined where that could not be read. */
  readonly diffId: Digest | undefined;
  /** Bytes as they are stored. */
  readonly size: number;
}
