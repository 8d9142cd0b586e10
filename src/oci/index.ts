/** A layout's `index.json`, and indexes that it leads to (OCI image-spec, image-index.md and image-layout.md). */
import {
  isJsonArray,
  isJsonObject,
  type JsonArray,
  JsonNumber,
  type JsonObject,
  type JsonValue,
} from '../ground/json/value.js';
import { nameAnnotations, readNames, withoutTag } from './annotations.js';
import { type Descriptor, type DescriptorOrFault, descriptorObject, readDescriptors } from './descriptor.js';
import { DocumentError, object, optionalText, readVersioned } from './document.js';
import type { ImageName } from './image-name.js';
import { IMAGE_INDEX } from './media-types.js';

/** An index that anybody may have written. */
export interface ImageIndex {
  readonly mediaType: string | undefined;
  readonly manifests: readonly DescriptorOrFault[];
}

export interface IndexUpdate {
  readonly index: JsonObject;
  /** Full names of images that are still there, but that lost their tag to the new one. */
  readonly untagged: readonly string[];
}

export function emptyIndex(): JsonObject {
  return object({ schemaVersion: new JsonNumber('2'), mediaType: IMAGE_INDEX, manifests: [] });
}

/** Reads an index in order to check it. @throws {DocumentError} */
export function readIndex(bytes: Uint8Array): ImageIndex {
  const document = readVersioned(bytes);
  return { mediaType: optionalText(document, 'mediaType'), manifests: readDescriptors(document, 'manifests') };
}

/** Reads an index in order to update it: what is not understood is kept as it stands. @throws {DocumentError} */
export function readIndexObject(bytes: Uint8Array): JsonObject {
  const index = readVersioned(bytes);
  // Go writes an empty list as null.
  const manifests = index.get('manifests');
  if (manifests !== null && !isJsonArray(manifests)) throw new DocumentError('has no list of manifests');
  entriesOf(index).forEach((entry, i) => {
    if (!isJsonObject(entry)) throw new DocumentError(`manifests[${i}] is not an object`);
  });
  return index;
}

/**
 * Puts an image into an index, with an entry for each of its names. An entry of the same name is replaced where it
 * stands. An entry of another name that has the same tag stays, without the tag: if two entries have one tag, skopeo
 * finds the older, and umoci none.
 */
export function putImage(
  index: JsonObject,
  { manifest, names }: { manifest: Descriptor; names: readonly ImageName[] },
): IndexUpdate {
  const untagged: string[] = [];
  let entries = entriesOf(index);
  for (const name of names) {
    const entry = descriptorObject({ ...manifest, annotations: nameAnnotations(name) });
    entries = putEntry(entries, { entry, name, onUntagged: (full) => untagged.push(full) });
  }
  return { index: new Map([...index, ['manifests', entries]]), untagged };
}

function putEntry(
  entries: JsonArray,
  { entry, name, onUntagged }: { entry: JsonObject; name: ImageName; onUntagged: (full: string) => void },
): JsonArray {
  let isPlaced = false;
  const kept = entries.flatMap((old): JsonValue[] => {
    const annotations = annotationsOf(old);
    const { full, tag } = readNames(annotations);
    if (full === undefined ? tag === name.tag : full === name.full) {
      if (isPlaced) return [];
      isPlaced = true;
      return [entry];
    }
    if (full === undefined || tag !== name.tag || !isJsonObject(old)) return [old];
    onUntagged(full);
    return [new Map([...old, ['annotations', withoutTag(annotations)]])];
  });
  return isPlaced ? kept : [...kept, entry];
}

function entriesOf(index: JsonObject): JsonArray {
  const entries = index.get('manifests');
  return isJsonArray(entries) ? entries : [];
}

function annotationsOf(entry: JsonValue): JsonObject {
  const annotations = isJsonObject(entry) ? entry.get('annotations') : undefined;
  return isJsonObject(annotations) ? annotations : new Map();
}
