import type { KnownLayer } from '../cache/entry.js';
import type { DescribedDiffId, DescribedDocument, DescribedImage } from '../describe/schema.js';
import type { Image } from '../image/image.js';
import { makeDockerManifest, readDockerManifest } from '../oci/docker-manifest.js';
import type { Document } from '../oci/document.js';
import { configDescriptor, type LayerBlob, layerDescriptor, makeImageManifest } from '../oci/manifest.js';
import type { PipelineLayer } from '../pipeline/layer.js';
import { knownBlob, packLayer } from '../pipeline/packing.js';
import { archiveDocuments, layerName } from './docker-archive.js';

/** A layer whose diffID is known. */
export interface IdentifiedLayer {
  readonly layer: PipelineLayer;
  readonly facts: KnownLayer;
  readonly evidence: DescribedDiffId['evidence'];
}

/** The documents of an image whose layers are all identified. */
export function describeDocuments(
  layers: readonly IdentifiedLayer[],
  image: Pick<Image, 'config' | 'repoTags'>,
): DescribedImage {
  const diffIds = layers.map(({ facts }) => facts.diffId);
  const names = layers.map(({ layer, facts }) => layer.name ?? layerName(facts.diffId));
  const { config, manifest } = archiveDocuments(image, { diffIds, names });
  const blobs = layers.flatMap((layer) => blobOf(layer) ?? []);
  const ociManifest =
    blobs.length === layers.length
      ? makeImageManifest({ config: configDescriptor(config), layers: blobs.map(layerDescriptor) })
      : undefined;
  return {
    id: config.digest,
    config: describeDocument(config),
    dockerManifest: describeDocument(manifest),
    ociManifest: ociManifest === undefined ? null : describeDocument(ociManifest),
  };
}

/** Only `manifest.json` has names in it. */
export function renameDocuments(image: DescribedImage, repoTags: readonly string[]): DescribedImage {
  const [item] = readDockerManifest(Buffer.from(image.dockerManifest.text));
  if (item === undefined) return image;
  return { ...image, dockerManifest: describeDocument(makeDockerManifest({ ...item, repoTags })) };
}

/** Undefined for a base image's compressed layer that no layout took yet: its digest is not its diffID. */
function blobOf({ layer, facts }: IdentifiedLayer): LayerBlob | undefined {
  const packed = packLayer(layer, { kind: 'none' });
  const blob = knownBlob(packed, facts);
  return blob === undefined ? undefined : { ...blob, compression: packed.kind };
}

function describeDocument({ bytes, digest }: Document): DescribedDocument {
  return { digest, size: bytes.length, text: new TextDecoder().decode(bytes) };
}
