import type { ByteTarget } from '../ground/byte-target.js';
import type { BuiltImage, Image, Layer } from '../image/image.js';
import { type Digest, hexOf } from '../oci/digest.js';
import { makeDockerManifest } from '../oci/docker-manifest.js';
import type { Document } from '../oci/document.js';
import { ArchiveWriter } from '../tar/archive.js';

export interface DockerArchiveOptions {
  /** After what layers are named that have no name of their own; before it was copied, a layer may have no digest. */
  readonly naming: 'digest' | 'position';
  /** Awaited when all layers are written: the archive gets its manifest, which makes it one, only then. */
  readonly beforeManifest?: (() => Promise<void>) | undefined;
}

export interface ArchiveDocuments {
  readonly config: Document;
  readonly configName: string;
  /** `manifest.json`. */
  readonly manifest: Document;
}

/**
 * Writes an image as a docker-archive, as `docker save` makes it and `docker load` takes it: the layers in order, each as
 * soon as its name is known, then the image config and `manifest.json`, which alone gives the names their meaning.
 */
export async function writeDockerArchive(
  image: Image,
  target: ByteTarget,
  { naming, beforeManifest }: DockerArchiveOptions,
): Promise<BuiltImage> {
  const archive = new ArchiveWriter(target, { time: image.time });
  const diffIds: Digest[] = [];
  const names: string[] = [];
  try {
    const given = new Set(image.layers.map(({ name }) => name));
    for (const [i, layer] of image.layers.entries()) {
      const size = await layer.size();
      const name = layer.name ?? (naming === 'position' ? positionName(i, given) : await digestName(layer));
      await archive.entry({ name, size }, (entry) => layer.copyTo(entry));
      diffIds.push(await layer.diffId());
      names.push(name);
    }
    const { config, configName, manifest } = archiveDocuments(image, { diffIds, names });
    await archive.file(configName, config.bytes);
    await beforeManifest?.();
    await archive.file('manifest.json', manifest.bytes);
    await archive.close();
    return { imageId: config.digest, diffIds };
  } catch (error) {
    archive.abort();
    throw error;
  }
}

/** The documents of an archive, given its layers' digests and names in order. */
export function archiveDocuments(
  image: Pick<Image, 'config' | 'repoTags'>,
  { diffIds, names }: { readonly diffIds: readonly Digest[]; readonly names: readonly string[] },
): ArchiveDocuments {
  const config = image.config(diffIds);
  const configName = `${hexOf(config.digest)}.json`;
  return {
    config,
    configName,
    manifest: makeDockerManifest({ config: configName, repoTags: image.repoTags, layers: names }),
  };
}

/** The name of a layer that has none of its own, given its diffID. */
export function layerName(diffId: Digest): string {
  return `${hexOf(diffId)}/layer.tar`;
}

async function digestName(layer: Layer): Promise<string> {
  return layerName(await layer.diffId());
}

/** Not a name that a base image gave to a layer. */
function positionName(index: number, given: ReadonlySet<string | undefined>): string {
  let name = `layer-${index + 1}.tar`;
  while (given.has(name)) name = `own-${name}`;
  return name;
}
