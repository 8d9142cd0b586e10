/**
 * The JSON documents of a docker-archive, read and checked. Used for base images and to verify.
 */
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../ground/json/value.js';
import { type Digest, parseDigest } from './digest.js';
import { DocumentError, optionalText, readDocument, readObject } from './document.js';

/** An image that `manifest.json` lists: names of entries in the archive. */
export interface ManifestItem {
  readonly config: string;
  readonly repoTags: readonly string[];
  readonly layers: readonly string[];
}

/** What matters here of an image config. */
export interface ConfigFacts {
  readonly diffIds: readonly Digest[];
  /** Comments of the history's items that made a layer, in order; undefined where it has no item. */
  readonly history: readonly (string | undefined)[] | undefined;
  readonly env: readonly string[];
  readonly platform: ConfigPlatform;
}

/** What a config says of where it runs; undefined where it says nothing. */
export interface ConfigPlatform {
  readonly architecture: string | undefined;
  readonly os: string | undefined;
  readonly variant: string | undefined;
}

export function readManifest(bytes: Uint8Array): ManifestItem[] {
  const items = readDocument(bytes);
  if (!isJsonArray(items) || items.length === 0) throw new DocumentError('is not a list of images');
  return items.map((item, i) => {
    if (!isJsonObject(item)) throw new DocumentError(`[${i}] is not an object`);
    const config = item.get('Config');
    if (typeof config !== 'string') throw new DocumentError(`[${i}].Config is not a name`);
    return {
      config,
      repoTags: optionalTexts(item, 'RepoTags', `[${i}].RepoTags`),
      layers: texts(item.get('Layers'), `[${i}].Layers`),
    };
  });
}

export function readImageConfig(bytes: Uint8Array): ConfigFacts {
  const document = readObject(bytes);
  const rootfs = document.get('rootfs');
  if (!isJsonObject(rootfs)) throw new DocumentError('has no rootfs');
  if (rootfs.get('type') !== 'layers') throw new DocumentError('has a rootfs.type that is not "layers"');
  const diffIds = texts(rootfs.get('diff_ids'), 'rootfs.diff_ids').map((text, i) => {
    const digest = parseDigest(text);
    if (digest === undefined) throw new DocumentError(`rootfs.diff_ids[${i}] is not a SHA-256 digest: ${text}`);
    return digest;
  });
  const config = document.get('config') ?? null;
  if (config !== null && !isJsonObject(config)) throw new DocumentError('has a config that is not an object');
  const env = config === null ? [] : optionalTexts(config, 'Env', 'config.Env');
  const history = readHistory(document.get('history') ?? null);
  const [architecture, os, variant] = ['architecture', 'os', 'variant'].map((key) => optionalText(document, key));
  return { diffIds, history, env, platform: { architecture, os, variant } };
}

function readHistory(history: JsonValue): (string | undefined)[] | undefined {
  if (history === null) return undefined;
  if (!isJsonArray(history)) throw new DocumentError('has a history that is not a list');
  if (history.length === 0) return undefined;
  return history.flatMap((item) => {
    if (!isJsonObject(item)) throw new DocumentError('has a history item that is not an object');
    const comment = item.get('comment');
    return item.get('empty_layer') === true ? [] : [typeof comment === 'string' ? comment : undefined];
  });
}

function optionalTexts(object: JsonObject, key: string, place: string): readonly string[] {
  const value = object.get(key) ?? null;
  return value === null ? [] : texts(value, place);
}

function texts(value: JsonValue | undefined, place: string): readonly string[] {
  if (!isJsonArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new DocumentError(`${place} is not a list of strings`);
  }
  return value;
}
