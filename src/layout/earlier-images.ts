/** What the entries of an index lead to that an image is about to replace. */
import { isJsonObject, type JsonObject } from '../ground/json/value.js';
import { type Digest, digestOf, parseDigest } from '../oci/digest.js';
import { DocumentError, readObject } from '../oci/document.js';
import { entriesOf, readIndexObject } from '../oci/index.js';
import { documentKind, isImageConfig } from '../oci/media-types.js';
import type { EarlierImage, EarlierImages } from '../oci/multi-platform.js';
import { type PartialPlatform, type Platform, readPartialPlatform, readPlatform } from '../oci/platform.js';
import { blobPath } from './blobs.js';
import { readLayoutFile } from './files.js';

interface Found {
  readonly images: EarlierImages;
  /** Digests of indexes that cannot be read: what else they held is lost. */
  readonly damaged: readonly string[];
}

/**
 * The images that entries of one name lead to: each the manifest of an image, or an index of such. What is neither, or is
 * not there, was no image that could be kept.
 */
export function earlierImages(layout: string, replaced: readonly JsonObject[]): Found {
  let index: JsonObject | undefined;
  const damaged: string[] = [];
  const entries = replaced.flatMap((entry): EarlierImage[] => {
    switch (documentKind(textOf(entry, 'mediaType'))) {
      case 'manifest': {
        const platform = platformOfImage(layout, entry);
        return platform === undefined ? [] : [{ entry, platform }];
      }
      case 'index': {
        const found = readBlob(layout, entry, readIndexObject);
        if (found === undefined) damaged.push(textOf(entry, 'digest'));
        else index ??= found;
        return listedImages(layout, found);
      }
      default:
        return [];
    }
  });
  return { images: { index, entries }, damaged };
}

function listedImages(layout: string, index: JsonObject | undefined): EarlierImage[] {
  if (index === undefined) return [];
  return entriesOf(index)
    .filter(isJsonObject)
    .map((entry) => ({ entry, platform: statedPlatform(entry) ?? platformOfImage(layout, entry) }));
}

/** Of an image whose manifest is there; undefined for anything else. If the entry does not say it, the config does. */
function platformOfImage(layout: string, entry: JsonObject): Platform | undefined {
  const config = readBlob(layout, entry, readObject)?.get('config');
  if (!isJsonObject(config) || !isImageConfig(textOf(config, 'mediaType'))) return undefined;
  return (
    statedPlatform(entry) ?? readBlob(layout, config, (bytes) => wholePlatform(readPartialPlatform(readObject(bytes))))
  );
}

function wholePlatform({ os, architecture, variant }: PartialPlatform): Platform | undefined {
  return os === undefined || architecture === undefined ? undefined : { os, architecture, variant };
}

function statedPlatform(entry: JsonObject): Platform | undefined {
  const platform = entry.get('platform') ?? null;
  return platform === null ? undefined : ifReadable(() => readPlatform(platform));
}

/** Undefined for a blob that is not there, is not what its name says, or cannot be read. */
function readBlob<T>(layout: string, descriptor: JsonObject, read: (bytes: Uint8Array) => T): T | undefined {
  const digest: Digest | undefined = parseDigest(textOf(descriptor, 'digest'));
  const bytes = digest === undefined ? undefined : readLayoutFile(blobPath(layout, digest));
  if (bytes === undefined || digestOf(bytes) !== digest) return undefined;
  return ifReadable(() => read(bytes));
}

function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DocumentError) return undefined;
    throw error;
  }
}

function textOf(object: JsonObject, key: string): string {
  const value = object.get(key);
  return typeof value === 'string' ? value : '';
}
