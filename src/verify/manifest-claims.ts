/** The claims of a manifest in an OCI image layout: about its config, its layers, and what the config says of them. */
import type { DescriptorOrFault } from '../oci/descriptor.js';
import { readImageManifest } from '../oci/manifest.js';
import { isImageConfig, layerCompression } from '../oci/media-types.js';
import { formatPlatform, type PartialPlatform } from '../oci/platform.js';
import { isReadable } from '../tar/decompress.js';
import type { Blobs, Resolved } from './blobs.js';
import { checkLayerCounts, checkPlatform } from './config-claims.js';
import type { Contents } from './contents.js';
import type { Findings } from './findings.js';
import { compressedLayers, unknownLayers } from './gaps.js';
import type { HashedFile } from './hashed-file.js';
import { storedLayer, type VerifiedImage } from './report.js';

export interface ManifestFindings {
  /** As the manifest itself says. */
  readonly mediaType: string | undefined;
  readonly subject: DescriptorOrFault | undefined;
  /** Undefined if the config could not be read, or is not that of an image. */
  readonly platform: PartialPlatform | undefined;
  /** Undefined for artifacts. */
  readonly image: Omit<VerifiedImage, 'names' | 'indexes'> | undefined;
  /** Whether it is an image that has all that it needs, with no mismatch. */
  readonly isWhole: boolean;
}

/** Checks a manifest and all that it points to; undefined if it cannot be read. To be called once for each manifest. */
export function checkManifest(
  { digest, file }: { readonly digest: string; readonly file: HashedFile },
  contents: Contents,
  blobs: Blobs,
): ManifestFindings | undefined {
  const { findings } = contents;
  const before = findings.mismatches.length;
  const manifest = contents.read(file, readImageManifest);
  if (manifest === undefined) return undefined;
  const config = blobs.resolve(`${file.name} config`, manifest.config);
  const layers = manifest.layers.map((layer, i) => blobs.resolve(`${file.name} layers[${i}]`, layer));
  const { mediaType, subject } = manifest;
  if (config !== undefined && !isImageConfig(config.descriptor.mediaType)) {
    const what = `has a config of the type ${config.descriptor.mediaType}`;
    findings.notes.push(`${file.name} ${what}: no image, so only digests and sizes were checked`);
    return { mediaType, subject, platform: undefined, image: undefined, isWhole: false };
  }
  const read = config?.blob && contents.readConfig(config.blob);
  if (read !== undefined && config?.blob !== undefined) {
    const claims = { config: read, name: config.blob.name, manifest: file.name, layers: layers.length };
    checkPlatform(claims, findings.mismatches);
    checkLayerCounts(claims, findings.mismatches);
  }
  layers.forEach((layer, i) => {
    if (layer !== undefined) checkLayer(layer, read?.diffIds[i], findings);
  });
  const files = [file, config?.blob, ...layers.map((layer) => layer?.blob)];
  const isDamaged = files.some((blob) => blob !== undefined && contents.isDamaged(blob));
  const image = {
    imageId: config?.blob?.digest,
    manifest: digest,
    platform: formatPlatform(read?.platform),
    layers: layers.flatMap((layer) => (layer === undefined ? [] : [layerOf(layer)])),
  };
  const isWhole = read !== undefined && !isDamaged && findings.mismatches.length === before;
  return { mediaType, subject, platform: read?.platform, image, isWhole };
}

/** Compares a layer with the diffID of the image config, and with its media type. */
function checkLayer(layer: Resolved, diffId: string | undefined, findings: Findings): void {
  const { mismatches } = findings;
  const { place, blob, descriptor } = layer;
  if (blob === undefined) return;
  const compression = layerCompression(descriptor.mediaType);
  if (compression === undefined) {
    // It may be packed in any way, but then it has another diffID.
    if (blob.diffId !== diffId) findings.leaveOut(unknownLayers(descriptor.mediaType), descriptor.digest);
    return;
  }
  if (blob.compression !== compression) {
    const actual = blob.compression === 'none' ? 'is not compressed' : `is compressed with ${blob.compression}`;
    mismatches.push(`${place} has the media type ${descriptor.mediaType}, and ${descriptor.digest} ${actual}`);
  }
  if (!isReadable(blob.compression)) findings.leaveOut(compressedLayers(blob.compression), descriptor.digest);
  else if (blob.fault !== undefined) {
    mismatches.push(`${place}: the diffID of ${descriptor.digest} was not checked: ${blob.fault}`);
  } else if (diffId !== undefined && diffId !== blob.diffId) {
    mismatches.push(
      `${place}: ${descriptor.digest} has the diffID ${blob.diffId}, and the image config says ${diffId}`,
    );
  }
}

function layerOf({ descriptor, blob }: Resolved): VerifiedImage['layers'][number] {
  return {
    name: blob?.name ?? descriptor.digest,
    ...storedLayer(blob),
    digest: descriptor.digest,
    mediaType: descriptor.mediaType,
  };
}
