/** The image manifest (OCI image-spec, manifest.md); Docker's "Image Manifest Version 2, Schema 2" has the same fields. */
import type { CompressionKind } from '../compression/kind.js';
import { JsonNumber } from '../ground/json/value.js';
import {
  type BlobId,
  type Descriptor,
  type DescriptorOrFault,
  descriptorObject,
  readDescriptor,
  readDescriptors,
} from './descriptor.js';
import { type Document, makeDocument, object, optionalText, readVersioned } from './document.js';
import { IMAGE_CONFIG, IMAGE_MANIFEST, layerMediaType } from './media-types.js';
import type { Platform } from './platform.js';

/** A layer as it lies in a layout or a registry. */
export interface LayerBlob extends BlobId {
  readonly compression: CompressionKind;
}

/** A manifest that anybody may have written. */
export interface ImageManifest {
  readonly mediaType: string | undefined;
  readonly config: DescriptorOrFault;
  readonly layers: readonly DescriptorOrFault[];
  readonly subject: DescriptorOrFault | undefined;
}

export function makeImageManifest(image: { config: Descriptor; layers: readonly Descriptor[] }): Document {
  return makeDocument(
    object({
      schemaVersion: new JsonNumber('2'),
      mediaType: IMAGE_MANIFEST,
      config: descriptorObject(image.config),
      layers: image.layers.map(descriptorObject),
    }),
  );
}

/** @throws {DocumentError} */
export function readImageManifest(bytes: Uint8Array): ImageManifest {
  const document = readVersioned(bytes);
  const subject = document.get('subject') ?? null;
  return {
    mediaType: optionalText(document, 'mediaType'),
    config: readDescriptor(document.get('config')),
    layers: readDescriptors(document, 'layers'),
    subject: subject === null ? undefined : readDescriptor(subject),
  };
}

export function layerDescriptor({ digest, size, compression }: LayerBlob): Descriptor {
  return { mediaType: layerMediaType(compression), digest, size };
}

export function configDescriptor({ digest, bytes }: Document): Descriptor {
  return { mediaType: IMAGE_CONFIG, digest, size: bytes.length };
}

/** Points to a manifest, as an index does; the platform is that of the image. */
export function manifestDescriptor(
  { digest, bytes }: Document,
  platform: Platform,
): Descriptor & { readonly platform: Platform } {
  return { mediaType: IMAGE_MANIFEST, digest, size: bytes.length, platform };
}
