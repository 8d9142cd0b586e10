/** The claims of a manifest in an OCI image layout: of its config, its layers, and what the config says of them. */
import type { ImageConfig } from '../oci/config.js';
import type { DescriptorOrFault } from '../oci/descriptor.js';
import { type ImageManifest, readImageManifest } from '../oci/manifest.js';
import { isImageConfig, layerCompression } from '../oci/media-types.js';
import { formatPlatform, type PartialPlatform } from '../oci/platform.js';
import type { Blobs, Described } from './blobs.js';
import type { Contents, HashedFile } from './contents.js';
import type { VerifiedImage } from './report.js';

export interface ManifestFindings {
  /** What it says itself. */
  readonly mediaType: string | undefined;
  readonly subject: DescriptorOrFault | undefined;
  /** Undefined where the config could not be read, or is none of an image. */
  readonly platform: PartialPlatform | undefined;
  /** Undefined for artifacts. */
  readonly image: Omit<VerifiedImage, 'repoTags'> | undefined;
}

/** Checks a manifest once, whatever describes it; undefined where it cannot be read. */
export function checkManifest(
  manifest: { readonly digest: string; readonly file: HashedFile },
  contents: Contents,
  blobs: Blobs,
): ManifestFindings | undefined {
  const { digest, file } = manifest;
  const facts = contents.read(file, readImageManifest);
  if (facts === undefined) return undefined;
  const config = blobs.describe(`${file.name} config`, facts.config);
  const layers = facts.layers.map((layer, i) => blobs.describe(`${file.name} layers[${i}]`, layer));
  const { mediaType, subject } = facts;
  if (config !== undefined && !isImageConfig(config.descriptor.mediaType)) {
    const what = `has a config of the type ${config.descriptor.mediaType}`;
    contents.notes.push(`${file.name} ${what}: no image, so only digests and sizes were checked`);
    return { mediaType, subject, platform: undefined, image: undefined };
  }
  const read = config?.blob && contents.readConfig(config.blob);
  if (read !== undefined && config?.blob !== undefined) {
    checkConfig({ facts, config: read, name: config.blob.name, manifest: file.name }, contents);
  }
  layers.forEach((layer, i) => {
    if (layer !== undefined) checkLayer(layer, read?.diffIds[i], contents);
  });
  const image = {
    imageId: config?.blob?.digest,
    manifest: digest,
    platform: formatPlatform(read?.platform),
    layers: layers.flatMap((layer) => (layer === undefined ? [] : [layerOf(layer)])),
  };
  return { mediaType, subject, platform: read?.platform, image };
}

interface ConfigClaims {
  readonly facts: ImageManifest;
  readonly config: ImageConfig;
  /** Names of both documents. */
  readonly name: string;
  readonly manifest: string;
}

function checkConfig({ facts, config, name, manifest }: ConfigClaims, { mismatches }: Contents): void {
  // Both are required (OCI image-spec, config.md, "Properties").
  if (config.platform.architecture === undefined) mismatches.push(`${name} has no architecture`);
  if (config.platform.os === undefined) mismatches.push(`${name} has no os`);
  const layers = facts.layers.length;
  const { diffIds, history } = config;
  if (diffIds.length !== layers) {
    mismatches.push(`${manifest} lists ${layers} layers, and ${name} ${diffIds.length} diff_ids`);
  }
  if (history !== undefined && history.length !== layers) {
    mismatches.push(`${manifest} lists ${layers} layers, and the history of ${name} ${history.length}`);
  }
}

/** Of what is no layer nothing is known but digest and size. */
function checkLayer(layer: Described, diffId: string | undefined, { mismatches }: Contents): void {
  const { place, blob, descriptor } = layer;
  const compression = layerCompression(descriptor.mediaType);
  if (blob === undefined || compression === undefined) return;
  if (blob.compression !== compression) {
    const actual = blob.compression === 'none' ? 'is not compressed' : `is compressed with ${blob.compression}`;
    mismatches.push(`${place} has the media type ${descriptor.mediaType}, and ${descriptor.digest} ${actual}`);
  }
  if (blob.fault !== undefined) {
    mismatches.push(`${place}: the diffID of ${descriptor.digest} was not checked: ${blob.fault}`);
  } else if (diffId !== undefined && diffId !== blob.diffId) {
    mismatches.push(
      `${place}: ${descriptor.digest} has the diffID ${blob.diffId}, and the image config says ${diffId}`,
    );
  }
}

function layerOf({ descriptor, blob }: Described): VerifiedImage['layers'][number] {
  return {
    name: blob?.name ?? descriptor.digest,
    diffId: blob?.diffId,
    size: blob?.size ?? 0,
  };
}
