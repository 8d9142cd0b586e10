import { exactCount, formatNames } from '../../ground/format.js';
import { type ImageConfig, readImageConfig } from '../../oci/config.js';
import { type DockerManifestItem, readDockerManifest } from '../../oci/docker-manifest.js';
import { parseImageName } from '../../oci/image-name.js';
import { type BaseChoice, type BaseContents, type FoundLayer, HOW_TO_CHOOSE } from './contents.js';
import { malformed, unusable } from './errors.js';
import { type BaseFiles, readDocumentOf } from './files.js';

const FORMAT = 'docker-archive';

/** Reads the image of a docker-archive. @throws {LayerstreamError} `INPUT_INVALID` */
export function readDockerBase(files: BaseFiles, { name }: BaseChoice): BaseContents {
  const images = readDocumentOf(files, { name: 'manifest.json', format: FORMAT }, readDockerManifest);
  // Of several images in one archive nixpkgs takes the first.
  const image =
    name === undefined ? images[0] : images.find(({ repoTags }) => repoTags.some((tag) => isSame(tag, name)));
  const names = images.map(shownName);
  if (image === undefined) {
    throw unusable(files.path, `has no image ${name}: it has ${formatNames(names)}`, { hint: `${HOW_TO_CHOOSE}.` });
  }
  const config = readDocumentOf(files, { name: image.config, format: FORMAT }, readImageConfig);
  const warnings =
    images.length > 1 && name === undefined
      ? [
          `base image ${files.path} holds ${images.length} images (${formatNames(names)}), and the first is taken, as ` +
            `nixpkgs does. ${HOW_TO_CHOOSE}`,
        ]
      : [];
  return { layers: findLayers(files, image, config), env: config.env, platform: config.platform, warnings };
}

function findLayers(files: BaseFiles, image: DockerManifestItem, { diffIds }: ImageConfig): FoundLayer[] {
  const { layers } = image;
  if (diffIds.length !== layers.length) {
    const counts = `${exactCount(layers.length, 'layer')}, and its config ${diffIds.length}`;
    throw malformed(files, FORMAT, `its manifest.json lists ${counts}`);
  }
  return diffIds.map((diffId, i) => {
    const name = layers[i] ?? '';
    const part = files.find(name);
    if (typeof part === 'object') return { name, diffId, part };
    throw malformed(files, FORMAT, `its layer ${i + 1} of ${layers.length}, ${name}, ${part ?? 'is missing'}`);
  });
}

function isSame(tag: string, name: string): boolean {
  return tag === name || (parseImageName(tag)?.full ?? tag) === parseImageName(name)?.full;
}

function shownName({ repoTags }: DockerManifestItem): string {
  return repoTags[0] ?? 'one without a name';
}
