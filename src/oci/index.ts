/** A layout's `index.json`, and indexes that it leads to (OCI image-spec, image-index.md and image-layout.md). */
import {
  isJsonArray,
  isJsonObject,
  type JsonArray,
  JsonNumber,
  type JsonObject,
  type JsonValue,
} from '../ground/json/value.js';
import { fateOf, nameAnnotations } from './annotations.js';
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
  /** Images of others that are still there, but lost a name to the new one. */
  readonly renamed: readonly RenamedImage[];
}

export interface RenamedImage {
  /** The name that it lost. */
  readonly from: string;
  /** The name that it has still. */
  readonly to: string;
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
 * Gives a name in an index to what `pointTo` says, given the entries that have had that name. They are replaced where the
 * first of them stands. Of an entry that also has another name only this one is taken: if two entries have one tag,
 * skopeo finds the older, and umoci none.
 */
export function putName(
  index: JsonObject,
  name: ImageName,
  pointTo: (replaced: readonly JsonObject[]) => Descriptor,
): IndexUpdate {
  const renamed: RenamedImage[] = [];
  const replaced: JsonObject[] = [];
  let place: number | undefined;
  const kept = entriesOf(index).flatMap((old, i): JsonValue[] => {
    const fate = isJsonObject(old) ? fateOf(annotationsOf(old), name) : { kind: 'kept' as const };
    if (fate.kind === 'kept' || !isJsonObject(old)) return [old];
    if (fate.kind === 'replaced') {
      replaced.push(old);
      place ??= i;
      return [];
    }
    renamed.push({ from: fate.from, to: fate.to });
    return [new Map([...old, ['annotations', fate.annotations]])];
  });
  const entry = descriptorObject({ ...pointTo(replaced), annotations: nameAnnotations(name) });
  return { index: new Map([...index, ['manifests', kept.toSpliced(place ?? kept.length, 0, entry)]]), renamed };
}

export function entriesOf(index: JsonObject): JsonArray {
  const entries = index.get('manifests');
  return isJsonArray(entries) ? entries : [];
}

export function annotationsOf(entry: JsonObject): JsonObject {
  const annotations = entry.get('annotations');
  return isJsonObject(annotations) ? annotations : new Map();
}
