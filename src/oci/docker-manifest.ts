/**
 * The `manifest.json` of a docker-archive (Docker image spec v1.2, "Combined Image JSON + Filesystem Changeset").
 * Since Docker 25 `docker save` writes it into archives of layouts too: `docker load` reads it, and others `index.json`.
 */
import { isJsonArray, isJsonObject } from '../ground/json/value.js';
import {
  type Document,
  DocumentError,
  makeDocument,
  object,
  optionalTextList,
  readDocument,
  textList,
} from './document.js';

/** An image that `manifest.json` lists. The config and the layers are names of entries in the archive. */
export interface DockerManifestItem {
  readonly config: string;
  readonly repoTags: readonly string[];
  readonly layers: readonly string[];
}

export function makeDockerManifest({ config, repoTags, layers }: DockerManifestItem): Document {
  return makeDocument([object({ Config: config, RepoTags: repoTags, Layers: layers })]);
}

/** @throws {DocumentError} */
export function readDockerManifest(bytes: Uint8Array): DockerManifestItem[] {
  const items = readDocument(bytes);
  if (!isJsonArray(items) || items.length === 0) throw new DocumentError('is not a list of images');
  return items.map((item, i) => {
    if (!isJsonObject(item)) throw new DocumentError(`[${i}] is not an object`);
    const config = item.get('Config');
    if (typeof config !== 'string') throw new DocumentError(`[${i}].Config is not a name`);
    return {
      config,
      repoTags: optionalTextList(item.get('RepoTags'), `[${i}].RepoTags`),
      layers: textList(item.get('Layers'), `[${i}].Layers`),
    };
  });
}
