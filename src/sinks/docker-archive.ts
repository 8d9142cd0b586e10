import type { ByteTarget } from '../ground/byte-target.js';
import type { BuildableImage, ImageFacts } from '../image/image.js';
import { type Digest, hexOf } from '../oci/digest.js';
import { makeDockerManifest } from '../oci/docker-manifest.js';
import type { Document } from '../oci/document.js';
import { ArchiveWriter } from '../tar/archive.js';

export interface WrittenArchive {
  readonly imageId: Digest;
  /** Of each layer, in order. */
  readonly diffIds: readonly Digest[];
}

export interface ArchiveDocuments {
  readonly config: Document;
  readonly configName: string;
  /** `manifest.json`. */
  readonly manifest: Document;
}

/**
 * Writes an image as a docker-archive, what `docker save` makes and `docker load` takes: the layers in order, each as
 * soon as its name is known, then the image config and `manifest.json`, which alone gives the names their meaning.
 */
export async function writeDockerArchive(image: BuildableImage, target: ByteTarget): Promise<WrittenArchive> {
  const archive = new ArchiveWriter(target, { time: image.time });
  const diffIds: Digest[] = [];
  const names: string[] = [];
  try {
    const given = new Set(image.layers.map(({ name }) => name));
    for (const [i, layer] of image.layers.entries()) {
      await layer.scanned();
      const name =
        layer.name ?? (image.naming === 'position' ? positionName(i, given) : digestName(await layer.diffId()));
      await archive.entry({ name, size: layer.size }, (entry) => layer.writeTo(entry));
      diffIds.push(await layer.diffId());
      names.push(name);
    }
    const { config, configName, manifest } = archiveDocuments(image, { diffIds, names });
    await archive.file(configName, config.bytes);
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
  image: Pick<ImageFacts, 'config' | 'repoTag'>,
  { diffIds, names }: { readonly diffIds: readonly Digest[]; readonly names: readonly string[] },
): ArchiveDocuments {
  const config = image.config(diffIds);
  const configName = `${hexOf(config.digest)}.json`;
  return {
    config,
    configName,
    manifest: makeDockerManifest({ config: configName, repoTags: [image.repoTag], layers: names }),
  };
}

/** What a layer is called that has no name of its own. */
export function digestName(diffId: Digest): string {
  return `${hexOf(diffId)}/layer.tar`;
}

/** Not one that a base image gave to a layer. */
function positionName(index: number, given: ReadonlySet<string | undefined>): string {
  let name = `layer-${index + 1}.tar`;
  while (given.has(name)) name = `own-${name}`;
  return name;
}
