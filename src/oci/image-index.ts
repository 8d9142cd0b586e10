/**
 * A layout's `index.json` (OCI image-spec, image-layout.md and image-index.md) as others may have written it. What is
 * not understood is kept as it stands.
 */
import {
  isJsonArray,
  isJsonObject,
  type JsonArray,
  JsonNumber,
  type JsonObject,
  type JsonValue,
} from '../ground/json/value.js';
import { type Descriptor, descriptorObject } from './descriptor.js';
import { DocumentError, object, readObject } from './document.js';
import { type ImageName, parseImageName } from './image-name.js';
import { IMAGE_INDEX } from './media-types.js';

/** The tag (OCI image-spec, annotations.md), by which skopeo and umoci find an image in a layout. */
const REF_NAME = 'org.opencontainers.image.ref.name';

/** The full name, which containerd, Docker, BuildKit and Podman write and prefer. */
const IMAGE_NAME = 'io.containerd.image.name';

export interface IndexUpdate {
  readonly index: JsonObject;
  /** Full names of images that are still there, but that lost their tag to the new one. */
  readonly untagged: readonly string[];
}

export function emptyIndex(): JsonObject {
  return object({ schemaVersion: new JsonNumber('2'), mediaType: IMAGE_INDEX, manifests: [] });
}

/** @throws {DocumentError} */
export function readIndex(bytes: Uint8Array): JsonObject {
  const index = readObject(bytes);
  const version = index.get('schemaVersion');
  if (!(version instanceof JsonNumber) || version.text !== '2') throw new DocumentError('has no schemaVersion of 2');
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
 * stands. One of another name with the same tag stays, without the tag: by a tag that two have, skopeo would find the
 * older, and umoci none.
 */
export function putImage(
  index: JsonObject,
  { manifest, names }: { manifest: Descriptor; names: readonly ImageName[] },
): IndexUpdate {
  const untagged: string[] = [];
  let entries = entriesOf(index);
  for (const name of names) {
    const annotations = { ...(name.full === undefined ? {} : { [IMAGE_NAME]: name.full }), [REF_NAME]: name.tag };
    const entry = new Map([...descriptorObject(manifest), ['annotations', object(annotations)]]);
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
    const { full, tag } = namesOf(old);
    if (full === undefined ? tag === name.tag : full === name.full) {
      if (isPlaced) return [];
      isPlaced = true;
      return [entry];
    }
    if (full === undefined || tag !== name.tag) return [old];
    onUntagged(full);
    return [withoutTag(old)];
  });
  return isPlaced ? kept : [...kept, entry];
}

function entriesOf(index: JsonObject): JsonArray {
  const entries = index.get('manifests');
  return isJsonArray(entries) ? entries : [];
}

/** Podman puts the full name where others have the tag. */
function namesOf(entry: JsonValue): { full: string | undefined; tag: string | undefined } {
  const annotations = annotationsOf(entry);
  const tag = textOf(annotations?.get(REF_NAME));
  const full = textOf(annotations?.get(IMAGE_NAME)) ?? (tag !== undefined && /[/:@]/.test(tag) ? tag : undefined);
  return { full: full === undefined ? undefined : (parseImageName(full)?.full ?? full), tag };
}

function withoutTag(entry: JsonValue): JsonValue {
  const annotations = new Map(annotationsOf(entry));
  annotations.delete(REF_NAME);
  return isJsonObject(entry) ? new Map([...entry, ['annotations', annotations]]) : entry;
}

function annotationsOf(entry: JsonValue): JsonObject | undefined {
  const annotations = isJsonObject(entry) ? entry.get('annotations') : undefined;
  return isJsonObject(annotations) ? annotations : undefined;
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
