/** An index that holds an image for each of several platforms under one name (OCI image-spec, image-index.md). */
import type { JsonObject, JsonValue } from '../ground/json/value.js';
import { withoutNames } from './annotations.js';
import { type Descriptor, descriptorObject } from './descriptor.js';
import { type Document, makeDocument } from './document.js';
import { annotationsOf, emptyIndex } from './index.js';
import { IMAGE_INDEX } from './media-types.js';
import { type Platform, platformKey, platformObject } from './platform.js';

/** What a name has led to so far. */
export interface EarlierImages {
  /** The index that held them; undefined if the name led to manifests. */
  readonly index: JsonObject | undefined;
  readonly entries: readonly EarlierImage[];
}

export interface EarlierImage {
  /** Its entry, as an index has it. */
  readonly entry: JsonObject;
  /** Undefined where nothing says it. */
  readonly platform: Platform | undefined;
}

/** An image that is put under a name. */
export type PlatformManifest = Descriptor & { readonly platform: Platform };

/** By which BuildKit's attestations say whose they are. */
const ATTESTED = 'vnd.docker.reference.digest';

/**
 * The index that a name has to lead to, so that it holds these images and what it has had for other platforms. The order
 * is that of the platforms, so it does not depend on what was built first. Undefined for a name that has only ever led to
 * the one image: it needs no index.
 */
export function mergePlatforms(earlier: EarlierImages, images: readonly PlatformManifest[]): Document | undefined {
  const ours = new Set(images.map(({ platform }) => platformKey(platform)));
  const isReplaced = ({ platform }: EarlierImage): boolean => platform !== undefined && ours.has(platformKey(platform));
  const gone = new Set(earlier.entries.filter(isReplaced).map(({ entry }) => entry.get('digest')));
  for (const { digest } of images) gone.delete(digest);
  const kept = earlier.entries.filter(
    (image) => !isReplaced(image) && !gone.has(annotationsOf(image.entry).get(ATTESTED) ?? null),
  );
  if (earlier.index === undefined && kept.length === 0 && images.length === 1) return undefined;
  const entries = [
    ...kept.map(({ entry, platform }) => ({ entry: nestedEntry(entry, platform), platform })),
    ...images.map((image) => ({ entry: descriptorObject(image), platform: image.platform })),
  ];
  const manifests: JsonValue[] = sorted(entries).map(({ entry }) => entry);
  // An index of Docker's own type cannot list OCI manifests.
  return makeDocument(
    new Map<string, JsonValue>([
      ...(earlier.index ?? emptyIndex()),
      ['mediaType', IMAGE_INDEX],
      ['manifests', manifests],
    ]),
  );
}

export function indexDescriptor({ digest, bytes }: Document): Descriptor {
  return { mediaType: IMAGE_INDEX, digest, size: bytes.length };
}

/** The names are those of the index alone. Without a platform clients take a manifest for their own. */
function nestedEntry(entry: JsonObject, platform: Platform | undefined): JsonObject {
  const annotations = withoutNames(annotationsOf(entry));
  const fields = [...entry].flatMap(([key, value]): [string, JsonValue][] => {
    if (key !== 'annotations') return [[key, value]];
    return annotations.size === 0 ? [] : [[key, annotations]];
  });
  const isKnown = (entry.get('platform') ?? null) !== null || platform === undefined;
  return new Map(isKnown ? fields : [...fields, ['platform', platformObject(platform)]]);
}

/** What has no platform comes last; what has the same keeps its order. */
function sorted(entries: readonly EarlierImage[]): EarlierImage[] {
  const keyOf = ({ platform }: EarlierImage): string => (platform === undefined ? '\uffff' : platformKey(platform));
  return entries.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}
