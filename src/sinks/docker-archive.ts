import type { ByteTarget } from '../byte-target.js';
import { type Digest, hexOf } from '../oci/digest.js';
import { makeDockerManifest } from '../oci/image.js';
import { ArchiveWriter } from '../tar/archive.js';
import type { BuildableImage } from './sink.js';

export interface WrittenArchive {
  readonly imageId: Digest;
  /** Of each layer, in order. */
  readonly diffIds: readonly Digest[];
}

/**
 * Writes an image as a docker-archive, what `docker save` makes and `docker load` takes: the layers in order, each as
 * soon as its digest is known, then the image config and `manifest.json`.
 */
export async function writeDockerArchive(image: BuildableImage, target: ByteTarget): Promise<WrittenArchive> {
  const archive = new ArchiveWriter(target, { time: image.time });
  const diffIds: Digest[] = [];
  const names: string[] = [];
  try {
    for (const layer of image.layers) {
      const diffId = await layer.diffId();
      const name = layer.name ?? `${hexOf(diffId)}/layer.tar`;
      await archive.entry({ name, size: layer.size }, (entry) => layer.writeTo(entry));
      diffIds.push(diffId);
      names.push(name);
    }
    const config = image.config(diffIds);
    const configName = `${hexOf(config.digest)}.json`;
    const manifest = makeDockerManifest({ config: configName, repoTag: image.repoTag, layers: names });
    await archive.file(configName, config.bytes);
    await archive.file('manifest.json', manifest.bytes);
    await archive.end();
    return { imageId: config.digest, diffIds };
  } catch (error) {
    archive.abandon();
    throw error;
  }
}
