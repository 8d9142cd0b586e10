import type { ContentResult } from '../layer/content-digest.js';
import type { Digest } from '../oci/digest.js';

/** How an image is stored: as `docker save` writes it, or as an OCI image layout. */
export type ImageFormat = 'docker-archive' | 'oci-layout';

export interface VerifyReport {
  /** Whether everything was checked, and holds. */
  readonly ok: boolean;
  /** The formats that were found and checked; an archive may have the documents of both. */
  readonly formats: readonly ImageFormat[];
  /** Attestations and other artifacts are checked as well, and are not among them. */
  readonly images: readonly VerifiedImage[];
  /** Entries of the archive, or of the layout's directory. */
  readonly entries: number;
  /** Claims that do not hold. */
  readonly mismatches: readonly string[];
  /** Claims that could not be checked, one line for each reason. */
  readonly unchecked: readonly string[];
  /** Remarks that are no mismatches. */
  readonly notes: readonly string[];
}

export interface VerifiedImage {
  /** `RepoTags` of `manifest.json`, and the names that the layout's index gives. */
  readonly names: readonly string[];
  /** Digest of the image config's bytes; undefined if the config is missing. */
  readonly imageId: Digest | undefined;
  /** Digest of the manifest, as a layout's index has it; undefined if only `manifest.json` lists the image. */
  readonly manifest: string | undefined;
  /** Digests of the indexes for several platforms by which the layout's `index.json` leads to the image. */
  readonly indexes: readonly string[];
  /** `linux/arm64/v8`, as the image config says; undefined if it does not. */
  readonly platform: string | undefined;
  readonly layers: readonly VerifiedLayer[];
}

export interface VerifiedLayer {
  /** The name of its file. */
  readonly name: string;
  /** Of its bytes as they are stored, as a manifest gives it; undefined for a layer that is missing. */
  readonly digest: string | undefined;
  /** Digest of its tar; undefined if that could not be read. */
  readonly diffId: Digest | undefined;
  /** Bytes of its tar; undefined if that could not be read. */
  readonly size: number | undefined;
  /** Bytes as they are stored, compressed or not; undefined for a layer that is missing. */
  readonly compressedSize: number | undefined;
  /** As the manifest says; undefined if only `manifest.json` lists the layer. */
  readonly mediaType: string | undefined;
}

/** What its file says of a layer. */
export function storedLayer(
  file: ContentResult | undefined,
): Pick<VerifiedLayer, 'digest' | 'diffId' | 'size' | 'compressedSize'> {
  return { digest: file?.digest, diffId: file?.diffId, size: file?.plainSize, compressedSize: file?.size };
}
