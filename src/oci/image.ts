/**
 * The documents of an image, as pure functions of its layers' digests. Their bytes are those that nixpkgs' script
 * writes, so both give one image ID.
 */
import type { JsonArray, JsonObject } from '../ground/json/value.js';
import type { Digest } from './digest.js';
import { type Document, makeDocument, object } from './document.js';
import { formatList } from './python-list.js';

export type { Document };

/** What an image is, its layers aside. */
export interface ImageFacts {
  readonly architecture: string;
  readonly created: string;
  readonly config: JsonObject;
}

/** What the image config says of a layer. */
export interface ConfigLayer {
  readonly diffId: Digest;
  /** What the layer was made of, as the history tells it. */
  readonly paths: readonly string[];
}

/** The image config (OCI image-spec, config.md). Its digest is the image ID. */
export function makeImageConfig(facts: ImageFacts, layers: readonly ConfigLayer[]): Document {
  return makeDocument(
    object({
      created: facts.created,
      architecture: facts.architecture,
      os: 'linux',
      config: facts.config,
      rootfs: object({ diff_ids: layers.map((layer) => layer.diffId), type: 'layers' }),
      history: layers.map((layer) =>
        object({ created: facts.created, comment: `store paths: ${formatList(layer.paths)}` }),
      ),
    }),
  );
}

/** The `manifest.json` of a docker-archive (Docker image spec v1.2, "Combined Image JSON + Filesystem Changeset"). */
export function makeDockerManifest(image: { config: string; repoTag: string; layers: JsonArray }): Document {
  return makeDocument([object({ Config: image.config, RepoTags: [image.repoTag], Layers: image.layers })]);
}
