/** Annotations by which an index names its images (OCI image-spec, annotations.md). */
import type { JsonObject } from '../ground/json/value.js';
import { type ImageName, parseImageName } from './image-name.js';

/** The tag, by which skopeo and umoci find an image in a layout. */
const REF_NAME = 'org.opencontainers.image.ref.name';

/** OCI image-spec, annotations.md, "org.opencontainers.image.ref.name". */
const REF_NAME_FORM = /^[a-zA-Z\d]+(?:(?:[._:@+]|--?)[a-zA-Z\d]+)*(?:\/[a-zA-Z\d]+(?:(?:[._:@+]|--?)[a-zA-Z\d]+)*)*$/;

/** The full name, which containerd, Docker, BuildKit and Podman write and prefer. */
const IMAGE_NAME = 'io.containerd.image.name';

/** On what an index lists beside images: BuildKit's attestations about them (BuildKit, attestation-storage.md). */
const REFERENCE_TYPE = 'vnd.docker.reference.type';

export function nameAnnotations({ full, tag }: ImageName): Readonly<Record<string, string>> {
  return { [IMAGE_NAME]: full, [REF_NAME]: tag };
}

/** What a name that an entry has means to the image that is put into the index. */
type Claim = 'ours' | 'other' | 'none';

/** What becomes of an entry of an index when an image gets a name. */
export type Fate =
  /** All of its names are the image's name: it is an older build of the same. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'kept' }
  /** It has two names that say different things, and only one is the image's: it is another image, and loses that one. */
  | { readonly kind: 'renamed'; readonly from: string; readonly to: string; readonly annotations: JsonObject };

/**
 * Tools copy an entry with all of its annotations and change one of the names only, as `umoci tag` does. So an entry is
 * the image of a name only if nothing in it says otherwise.
 */
export function fateOf(annotations: JsonObject, name: ImageName): Fate {
  const [full, ref] = [textOf(annotations.get(IMAGE_NAME)), textOf(annotations.get(REF_NAME))];
  const fullClaim = claimOf(full, (text) => fullName(text) === name.full);
  // Podman puts the full name where others have the tag.
  const refClaim = claimOf(ref, (text) => (/[/:@]/.test(text) ? fullName(text) === name.full : text === name.tag));
  if (fullClaim !== 'ours' && refClaim !== 'ours') return { kind: 'kept' };
  if (fullClaim === 'other') return { kind: 'renamed', ...without(annotations, REF_NAME, { from: ref, to: full }) };
  if (refClaim === 'other') return { kind: 'renamed', ...without(annotations, IMAGE_NAME, { from: full, to: ref }) };
  return { kind: 'replaced' };
}

/** Whether an entry has a name: its full name in any spelling, or what stands for its tag. */
export function hasName(annotations: ReadonlyMap<string, string>, name: string): boolean {
  const [full, ref] = [annotations.get(IMAGE_NAME), annotations.get(REF_NAME)];
  const names = [full, ref !== undefined && /[/:@]/.test(ref) ? ref : undefined];
  return ref === name || names.some((text) => text !== undefined && fullName(text) === fullName(name));
}

/** The name by which users know the image, as it is written there. */
export function readShownName(annotations: ReadonlyMap<string, string>): string | undefined {
  return annotations.get(IMAGE_NAME) ?? annotations.get(REF_NAME);
}

/** What stands in the place of a name and is none. */
export function readWrongNames(annotations: ReadonlyMap<string, string>): string[] {
  const [full, tag] = [annotations.get(IMAGE_NAME), annotations.get(REF_NAME)];
  return [
    ...(full === undefined || parseImageName(full.replace(/@.*/s, '')) !== undefined ? [] : [full]),
    ...(tag === undefined || REF_NAME_FORM.test(tag) ? [] : [tag]),
  ];
}

/** Whether an entry of an index is an attestation, which is stored as an image, and is none. */
export function isAttestation(annotations: ReadonlyMap<string, string>): boolean {
  return annotations.get(REFERENCE_TYPE) === 'attestation-manifest';
}

/** Annotations without the names, for an entry that gets others. */
export function withoutNames(annotations: JsonObject): JsonObject {
  return new Map([...annotations].filter(([key]) => key !== REF_NAME && key !== IMAGE_NAME));
}

function claimOf(text: string | undefined, isOurs: (text: string) => boolean): Claim {
  if (text === undefined) return 'none';
  return isOurs(text) ? 'ours' : 'other';
}

function without(
  annotations: JsonObject,
  key: string,
  { from = '', to = '' }: { from: string | undefined; to: string | undefined },
): { from: string; to: string; annotations: JsonObject } {
  return { from, to, annotations: new Map([...annotations].filter(([other]) => other !== key)) };
}

/** In the form that has a registry, where it is a name at all. */
function fullName(text: string): string {
  return parseImageName(text)?.full ?? text;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
