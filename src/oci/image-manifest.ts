import type { CompressionKind } from '../compression/setting.js';
import { JsonNumber } from '../ground/json/value.js';
import { type BlobId, blobName, type Descriptor, descriptorObject } from './descriptor.js';
import type { Digest } from './digest.js';
import { type Document, makeDocument, object } from './document.js';
import { IMAGE_CONFIG, IMAGE_MANIFEST, layerMediaType } from './media-types.js';

/** A layer as it lies in a layout or a registry. */
export interface LayerBlob extends BlobId {
  readonly compression: CompressionKind;
}

/** The image manifest (OCI image-spec, manifest.md). */
export function makeImageManifest(image: { config: Document; layers: readonly LayerBlob[] }): Document {
  return makeDocument(
    object({
      schemaVersion: new JsonNumber('2'),
      mediaType: IMAGE_MANIFEST,
      config: descriptorObject(describe(image.config, IMAGE_CONFIG)),
      layers: image.layers.map(({ digest, size, compression }) =>
        descriptorObject({ mediaType: layerMediaType(compression), digest, size }),
      ),
    }),
  );
}

/** Points to a document. */
export function describe(document: Document, mediaType: string): Descriptor {
  return { mediaType, digest: document.digest, size: document.bytes.length };
}

/**
 * The `manifest.json` (Docker image spec v1.2) of an archive that is a layout too, as `docker save` has written it
 * since Docker 25: `docker load` reads this, others `index.json`. `repoTags` may be empty.
 */
export function makeLayoutDockerManifest(image: {
  config: Digest;
  repoTags: readonly string[];
  layers: readonly Digest[];
}): Document {
  return makeDocument([
    object({ Config: blobName(image.config), RepoTags: image.repoTags, Layers: image.layers.map(blobName) }),
  ]);
}
