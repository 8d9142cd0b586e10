/** Annotations by which an index names its images (OCI image-spec, annotations.md). */
import { type ImageName, parseImageName } from './image-name.js';

/** The tag, by which skopeo and umoci find an image in a layout. */
const REF_NAME = 'org.opencontainers.image.ref.name';

/** OCI image-spec, annotations.md, "org.opencontainers.image.ref.name". */
const REF_NAME_FORM = /^[a-zA-Z\d]+(?:(?:[._:@+]|--?)[a-zA-Z\d]+)*(?:\/[a-zA-Z\d]+(?:(?:[._:@+]|--?)[a-zA-Z\d]+)*)*$/;

/** The full name, which containerd, Docker, BuildKit and Podman write and prefer. */
const IMAGE_NAME = 'io.containerd.image.name';

/** On what an index lists beside images: BuildKit's attestations about them (BuildKit, attestation-storage.md). */
const REFERENCE_TYPE = 'vnd.docker.reference.type';

/** The names that an entry of an index has; either may be missing. */
export interface AnnotatedNames {
  /** As `parseImageName` gives it where it is a name at all. */
  readonly full: string | undefined;
  readonly tag: string | undefined;
}

export function nameAnnotations({ full, tag }: Pick<ImageName, 'full' | 'tag'>): Readonly<Record<string, string>> {
  return { [IMAGE_NAME]: full, [REF_NAME]: tag };
}

/** Podman puts the full name where others have the tag. */
export function readNames(annotations: ReadonlyMap<string, unknown>): AnnotatedNames {
  const tag = textOf(annotations.get(REF_NAME));
  const full = textOf(annotations.get(IMAGE_NAME)) ?? (tag !== undefined && /[/:@]/.test(tag) ? tag : undefined);
  return { full: full === undefined ? undefined : (parseImageName(full)?.full ?? full), tag };
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

export function withoutTag<T>(annotations: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  const kept = new Map(annotations);
  kept.delete(REF_NAME);
  return kept;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
