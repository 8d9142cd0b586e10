import { exactCount } from '../../ground/format.js';
import { blobName } from '../../oci/blob-name.js';
import { type ImageConfig, readImageConfig } from '../../oci/config.js';
import type { DescriptorOrFault, ForeignDescriptor } from '../../oci/descriptor.js';
import { digestOf, parseDigest } from '../../oci/digest.js';
import { readIndex } from '../../oci/index.js';
import { LAYOUT_VERSION, readLayoutVersion } from '../../oci/layout-file.js';
import { type ImageManifest, readImageManifest } from '../../oci/manifest.js';
import { isImageConfig, layerCompression } from '../../oci/media-types.js';
import type { PartialPlatform } from '../../oci/platform.js';
import type { BaseChoice, BaseContents, FoundLayer } from './contents.js';
import { malformed } from './errors.js';
import { type BaseFiles, readDocumentOf } from './files.js';
import { chooseImage, type Listed, listImages } from './oci-images.js';

const FORMAT = 'OCI image layout';

/** Reads the image of a layout that fits the conf's platform. @throws {LayerstreamError} `INPUT_INVALID` */
export function readOciBase(files: BaseFiles, choice: BaseChoice): BaseContents {
  const version = readDocumentOf(files, { name: 'oci-layout', format: FORMAT }, readLayoutVersion);
  if (version !== LAYOUT_VERSION) throw malformed(files, FORMAT, `it is of version ${version}`);
  const blobs = new ProvenBlobs(files);
  const { manifests } = readDocumentOf(files, { name: 'index.json', format: FORMAT }, readIndex);
  const platformOf = ({ descriptor }: Listed) => descriptor.platform ?? platformOfManifest(blobs, descriptor);
  const { descriptor } = chooseImage(listImages(manifests, blobs), { path: files.path, choice, platformOf });
  const manifest = readManifest(blobs, descriptor);
  const config = readConfig(blobs, manifest);
  return {
    layers: findLayers(files, manifest, config.diffIds),
    env: config.env,
    platform: config.platform,
    warnings: [],
  };
}

/** Documents of a layout, each of which has the digest and the size that the descriptor says. */
class ProvenBlobs {
  readonly #files: BaseFiles;

  constructor(files: BaseFiles) {
    this.#files = files;
  }

  has({ digest }: ForeignDescriptor): boolean {
    return this.#files.find(blobName(digest)) !== undefined;
  }

  /** @throws {LayerstreamError} `INPUT_INVALID` */
  read<T>({ digest, size }: ForeignDescriptor, read: (bytes: Uint8Array) => T): T {
    const name = blobName(digest);
    return readDocumentOf(this.#files, { name, format: FORMAT }, (bytes) => {
      if (BigInt(bytes.length) !== size)
        throw this.fault(`its ${name} has ${exactCount(bytes.length, 'byte')}, not ${size}`);
      if (parseDigest(digest) === undefined) throw this.fault(`its ${name} is not named by SHA-256`);
      const found: string = digestOf(bytes);
      if (found !== digest) throw this.fault(`its ${name} does not have the digest that its name says`);
      return read(bytes);
    });
  }

  /** @throws {LayerstreamError} `INPUT_INVALID` for what is no descriptor */
  check(descriptor: DescriptorOrFault, place: string): ForeignDescriptor {
    if (typeof descriptor !== 'string') return descriptor;
    throw this.fault(`its ${place} ${descriptor}`);
  }

  fault(what: string): Error {
    return malformed(this.#files, FORMAT, what);
  }
}

function readManifest(blobs: ProvenBlobs, descriptor: ForeignDescriptor): ImageManifest {
  return blobs.read(descriptor, readImageManifest);
}

/** Undefined for the manifest of another artifact than an image. */
function platformOfManifest(blobs: ProvenBlobs, descriptor: ForeignDescriptor): PartialPlatform | undefined {
  const manifest = readManifest(blobs, descriptor);
  const { mediaType } = blobs.check(manifest.config, 'config');
  return isImageConfig(mediaType) ? readConfig(blobs, manifest).platform : undefined;
}

function readConfig(blobs: ProvenBlobs, { config }: ImageManifest): ImageConfig {
  const descriptor = blobs.check(config, 'config');
  if (isImageConfig(descriptor.mediaType)) return blobs.read(descriptor, readImageConfig);
  throw blobs.fault(`its config is ${descriptor.mediaType}, which is none of an image`);
}

function findLayers(files: BaseFiles, { layers }: ImageManifest, diffIds: ImageConfig['diffIds']): FoundLayer[] {
  if (diffIds.length !== layers.length) {
    throw malformed(
      files,
      FORMAT,
      `its manifest lists ${exactCount(layers.length, 'layer')}, and its config ${diffIds.length}`,
    );
  }
  return diffIds.map((diffId, i) => {
    const descriptor = layers[i] ?? 'is missing';
    const fault = (name: string, what: string) =>
      malformed(files, FORMAT, `its layer ${i + 1} of ${layers.length}${name}, ${what}`);
    if (typeof descriptor === 'string') throw fault('', descriptor);
    const { digest, mediaType, size } = descriptor;
    const name = blobName(digest);
    if (layerCompression(mediaType) === undefined) throw fault(`, ${name}`, `is ${mediaType}, which is no layer`);
    const part = files.find(name);
    if (typeof part !== 'object') throw fault(`, ${name}`, part ?? 'is missing');
    if (BigInt(part.size) !== size) throw fault(`, ${name}`, `has ${exactCount(part.size, 'byte')}, not ${size}`);
    return { name, diffId, part };
  });
}
