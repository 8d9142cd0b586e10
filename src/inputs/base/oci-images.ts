/** The images that a layout lists, and which of them a conf means. */
import { formatNames } from '../../ground/format.js';
import { hasName, isAttestation, readShownName } from '../../oci/annotations.js';
import type { DescriptorOrFault, ForeignDescriptor } from '../../oci/descriptor.js';
import { type ImageIndex, readIndex } from '../../oci/index.js';
import { documentKind } from '../../oci/media-types.js';
import { formatPlatform, type PartialPlatform, platformKey } from '../../oci/platform.js';
import { type BaseChoice, HOW_TO_CHOOSE } from './contents.js';
import { unusable } from './errors.js';

/** An image of the layout. */
export interface Listed {
  /** Of its manifest. */
  readonly descriptor: ForeignDescriptor;
  /** What the layout's index says of it, or of the index that lists it, once for each of its names. */
  readonly annotations: readonly ReadonlyMap<string, string>[];
}

interface Blobs {
  has(descriptor: ForeignDescriptor): boolean;
  read<T>(descriptor: ForeignDescriptor, read: (bytes: Uint8Array) => T): T;
  check(descriptor: DescriptorOrFault, place: string): ForeignDescriptor;
}

/**
 * The images that an index leads to, also through other indexes, each once. One whose manifest is not there is left
 * out, as long as there is another: Docker saves an index of many platforms with the blobs of one.
 *
 * @throws {LayerstreamError} `INPUT_INVALID`
 */
export function listImages(manifests: ImageIndex['manifests'], blobs: Blobs): readonly Listed[] {
  const images = new Map<string, Listed>();
  let absent: ForeignDescriptor | undefined;
  for (const [i, item] of manifests.entries()) {
    const entry = blobs.check(item, `index.json manifests[${i}]`);
    for (const descriptor of manifestsBelow(entry, blobs)) {
      if (blobs.has(descriptor)) {
        const known = images.get(descriptor.digest)?.annotations ?? [];
        images.set(descriptor.digest, { descriptor, annotations: [...known, entry.annotations] });
      } else absent ??= descriptor;
    }
  }
  // To read it tells what is missing.
  if (images.size === 0 && absent !== undefined) blobs.read(absent, () => {});
  return [...images.values()];
}

/** The manifests that an entry leads to; or what is missing on the way to them. */
function manifestsBelow(entry: ForeignDescriptor, blobs: Blobs): ForeignDescriptor[] {
  const found: ForeignDescriptor[] = [];
  const pending = [entry];
  const seen = new Set<string>();
  for (const descriptor of pending) {
    const { digest, mediaType, annotations } = descriptor;
    const kind = documentKind(mediaType);
    if (kind === undefined || isAttestation(annotations) || seen.has(digest)) continue;
    seen.add(digest);
    if (kind === 'manifest' || !blobs.has(descriptor)) found.push(descriptor);
    else pending.push(...blobs.read(descriptor, readIndex).manifests.map((item) => blobs.check(item, digest)));
  }
  return found;
}

interface ChoiceContext {
  /** Of the layout. */
  readonly path: string;
  readonly choice: BaseChoice;
  /** Undefined for what is no image. */
  readonly platformOf: (image: Listed) => PartialPlatform | undefined;
}

/**
 * The image of the name, if the conf gives one, and of the platform. The only image is taken whatever its platform is.
 *
 * @throws {LayerstreamError} `INPUT_INVALID` where there is none, or more than one
 */
export function chooseImage(images: readonly Listed[], { path, choice, platformOf }: ChoiceContext): Listed {
  const { name, platform } = choice;
  if (images.length === 0) throw unusable(path, 'holds no image');
  const named =
    name === undefined ? images : images.filter(({ annotations }) => annotations.some((given) => hasName(given, name)));
  const [only] = named;
  if (only === undefined) {
    throw unusable(path, `has no image ${name}: it has ${formatNames(images.map(shownName))}`, {
      hint: `${HOW_TO_CHOOSE}.`,
    });
  }
  if (named.length === 1) return only;
  const known = named.flatMap((image) => {
    const of = platformOf(image);
    return of === undefined ? [] : [{ image, platform: of }];
  });
  if (known.length <= 1) return known[0]?.image ?? only;
  const fits = known.filter(({ platform: of }) => of.architecture === platform.architecture && of.os === platform.os);
  const exact = known.filter(({ platform: of }) => keyOf(of) === platformKey(platform));
  const left = exact.length > 0 ? exact : fits;
  const [chosen] = left;
  if (left.length === 1 && chosen !== undefined) return chosen.image;
  const there = (left.length === 0 ? known : left).map(
    ({ image, platform: of }) => `${shownName(image)} (${formatPlatform(of) ?? 'of an unknown platform'})`,
  );
  const asked = formatPlatform(platform);
  if (left.length === 0) {
    throw unusable(path, `has no image for ${asked}: it has ${formatNames(there)}`, {
      hint: 'The platform is that of the conf: "architecture" and "variant".',
    });
  }
  throw unusable(path, `has ${left.length} images for ${asked}: ${formatNames(there)}`, { hint: `${HOW_TO_CHOOSE}.` });
}

function keyOf({ architecture, os, variant }: PartialPlatform): string | undefined {
  return architecture === undefined || os === undefined ? undefined : platformKey({ architecture, os, variant });
}

function shownName({ annotations, descriptor }: Listed): string {
  const names = annotations.flatMap((given) => readShownName(given) ?? []);
  return names[0] ?? descriptor.digest;
}
