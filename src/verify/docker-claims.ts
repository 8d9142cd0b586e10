/** The claims of a docker-archive: what its `manifest.json` says, and the image configs that it names. */

import { layerComment } from '../oci/config.js';
import { type Digest, hexOf } from '../oci/digest.js';
import { type DockerManifestItem, readDockerManifest } from '../oci/docker-manifest.js';
import { formatPlatform } from '../oci/platform.js';
import { plainName } from '../tar/archive-index.js';
import { isReadable } from '../tar/decompress.js';
import { checkLayerCounts } from './config-claims.js';
import type { Contents } from './contents.js';
import type { Findings } from './findings.js';
import { compressedLayers } from './gaps.js';
import type { HashedFile } from './hashed-file.js';
import { checkRepoTags } from './name-claims.js';
import { storedLayer, type VerifiedImage } from './report.js';

export interface DockerFindings {
  readonly images: readonly VerifiedImage[];
  /** Names of the files that the images are made of. */
  readonly reached: ReadonlySet<string>;
}

/** Compares what the images of an archive say of their parts with the parts. */
export function checkDockerArchive(contents: Contents): DockerFindings {
  const manifest = contents.find('manifest.json');
  if (manifest === undefined) {
    contents.findings.mismatches.push('manifest.json is no file');
    return { images: [], reached: new Set() };
  }
  const items = contents.read(manifest, readDockerManifest) ?? [];
  const images = items.map((item) => checkImage(item, contents));
  const files = items.flatMap(({ config, layers }) => [config, ...layers].map((name) => contents.find(name)));
  return { images, reached: new Set(files.flatMap((file) => (file === undefined ? [] : [file.name]))) };
}

function checkImage(item: DockerManifestItem, contents: Contents): VerifiedImage {
  const { mismatches } = contents.findings;
  const entry = contents.find(item.config);
  if (entry === undefined) mismatches.push(`the image config ${item.config} is missing`);
  else checkConfigName(item.config, entry.digest, mismatches);
  const config = entry === undefined ? undefined : contents.readConfig(entry);
  if (config !== undefined) {
    const claims = { config, name: item.config, manifest: 'manifest.json', layers: item.layers.length };
    checkLayerCounts(claims, mismatches);
  }
  checkRepoTags(item.repoTags, contents.findings);
  item.layers.forEach((name, i) => {
    const ownName = isLegacy(name, contents) || isBaseLayer(name, config?.history?.[i]);
    checkLayer({ name, announced: config?.diffIds[i], entry: contents.find(name), ownName }, contents.findings);
  });
  return {
    names: item.repoTags,
    imageId: entry?.digest,
    manifest: undefined,
    indexes: [],
    platform: formatPlatform(config?.platform),
    layers: item.layers.map((name) => {
      const layer = contents.find(name);
      return { name, ...storedLayer(layer), mediaType: undefined };
    }),
  };
}

function checkConfigName(name: string, digest: Digest, mismatches: string[]): void {
  const hex = /^([\da-f]{64})\.json$/.exec(plainName(name))?.[1];
  if (hex !== undefined && hex !== hexOf(digest)) {
    mismatches.push(`the image config ${name} has the digest ${digest}`);
  }
}

interface LayerClaim {
  readonly name: string;
  readonly announced: Digest | undefined;
  readonly entry: HashedFile | undefined;
  /** Whether the name is not made of the diffID. */
  readonly ownName: boolean;
}

function checkLayer({ name, announced, entry, ownName }: LayerClaim, findings: Findings): void {
  const { mismatches } = findings;
  if (entry === undefined) {
    mismatches.push(`the layer ${name} is missing`);
    return;
  }
  if (!isReadable(entry.compression)) {
    findings.leaveOut(compressedLayers(entry.compression), entry.name);
    return;
  }
  if (entry.diffId === undefined) {
    mismatches.push(`the layer ${name} cannot be read: ${entry.fault}`);
    return;
  }
  if (announced !== undefined && announced !== entry.diffId) {
    mismatches.push(`the layer ${name} has the diffID ${entry.diffId}, and the image config says ${announced}`);
  }
  const hex = /^([\da-f]{64})\/layer\.tar$/.exec(plainName(name))?.[1];
  if (hex !== undefined && !ownName && hex !== hexOf(entry.diffId)) {
    mismatches.push(`the layer ${name} has the diffID ${entry.diffId}, which is not its name`);
  }
}

/**
 * Before Docker 25, `docker save` named layers' folders by an ID that is no digest of the layer, and put a `VERSION`
 * file into each (Docker image spec v1.0).
 */
function isLegacy(name: string, contents: Contents): boolean {
  return contents.find(plainName(name).replace(/layer\.tar$/, 'VERSION')) !== undefined;
}

/** A layer of a base image keeps its name, whatever that is; the history gives the same name. */
function isBaseLayer(name: string, comment: string | undefined): boolean {
  return comment === layerComment([name]);
}
