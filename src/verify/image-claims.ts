import { type Digest, hexOf } from '../oci/digest.js';
import { type ConfigFacts, DocumentError, type ManifestItem, readImageConfig } from '../oci/docker-documents.js';
import { formatList } from '../oci/python-list.js';
import { plainName } from '../tar/archive-index.js';
import type { SummedEntry, VerifiedImage } from './verify.js';

type Find = (name: string) => SummedEntry | undefined;

/** Holds what an image says of its parts against the parts. */
export function checkImage(item: ManifestItem, find: Find, mismatches: string[]): VerifiedImage {
  const entry = find(item.config);
  if (entry === undefined) mismatches.push(`the image config ${item.config} is missing`);
  else checkConfigName(item.config, entry.digest, mismatches);
  const config = tryRead(entry, readImageConfig, mismatches);
  if (config !== undefined) checkCounts(item, config, mismatches);
  item.layers.forEach((name, i) => {
    const ownName = isLegacy(name, find) || isBaseLayer(name, config?.history?.[i]);
    checkLayer({ name, announced: config?.diffIds[i], entry: find(name), ownName }, mismatches);
  });
  return {
    repoTags: item.repoTags,
    imageId: entry?.digest,
    layers: item.layers.map((name) => ({ name, diffId: find(name)?.diffId, size: find(name)?.size ?? 0 })),
  };
}

/** Reads a document; what is wrong with it becomes a mismatch. */
export function tryRead<T>(
  entry: SummedEntry | undefined,
  read: (bytes: Uint8Array) => T,
  mismatches: string[],
): T | undefined {
  if (entry === undefined) return undefined;
  if (entry.bytes === undefined) {
    mismatches.push(`${entry.name} is too large for a document: ${entry.size} bytes`);
    return undefined;
  }
  try {
    return read(entry.bytes);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    mismatches.push(`${entry.name} ${error.message}`);
    return undefined;
  }
}

function checkConfigName(name: string, digest: Digest, mismatches: string[]): void {
  const hex = /^([\da-f]{64})\.json$/.exec(plainName(name))?.[1];
  if (hex !== undefined && hex !== hexOf(digest)) {
    mismatches.push(`the image config ${name} has the digest ${digest}`);
  }
}

function checkCounts(item: ManifestItem, config: ConfigFacts, mismatches: string[]): void {
  const layers = item.layers.length;
  const { diffIds, history } = config;
  if (diffIds.length !== layers) {
    mismatches.push(`manifest.json lists ${layers} layers, and ${item.config} ${diffIds.length} diff_ids`);
  }
  if (history !== undefined && history.length !== 0 && history.length !== layers) {
    mismatches.push(`manifest.json lists ${layers} layers, and the history of ${item.config} ${history.length}`);
  }
}

interface LayerClaim {
  readonly name: string;
  readonly announced: Digest | undefined;
  readonly entry: SummedEntry | undefined;
  /** Whether its name says nothing of its bytes. */
  readonly ownName: boolean;
}

function checkLayer({ name, announced, entry, ownName }: LayerClaim, mismatches: string[]): void {
  if (entry === undefined) {
    mismatches.push(`the layer ${name} is missing`);
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
function isLegacy(name: string, find: Find): boolean {
  return find(plainName(name).replace(/layer\.tar$/, 'VERSION')) !== undefined;
}

/** A base image's layers keep their names, whatever they are, and the history tells them by it. */
function isBaseLayer(name: string, comment: string | undefined): boolean {
  return comment === `store paths: ${formatList([name])}`;
}
