/** The claims of an OCI image layout: of its index, and of all that the index leads to. */
import { readShownName } from '../oci/annotations.js';
import type { DescriptorOrFault } from '../oci/descriptor.js';
import { readIndex } from '../oci/index.js';
import { LAYOUT_VERSION, readLayoutVersion } from '../oci/layout-file.js';
import { documentKind } from '../oci/media-types.js';
import { formatPlatform, isSamePlatform } from '../oci/platform.js';
import { Blobs, type Described } from './blobs.js';
import type { Contents, HashedFile } from './contents.js';
import { checkManifest, type ManifestFindings } from './manifest-claims.js';
import type { VerifiedImage } from './report.js';

/** Holds what a layout says of its blobs against the blobs. `alsoReached` are those that others lead to. */
export function checkLayout(contents: Contents, alsoReached: ReadonlySet<string>): VerifiedImage[] {
  checkVersion(contents);
  const index = contents.find('index.json');
  if (index === undefined) {
    if (contents.get('index.json') === undefined) contents.mismatches.push('index.json is missing');
    return [];
  }
  const walk = new Walk(contents);
  if (walk.run(index)) walk.blobs.noteUnreached(alsoReached);
  return walk.images;
}

function checkVersion(contents: Contents): void {
  const file = contents.find('oci-layout');
  if (file === undefined) {
    if (contents.get('oci-layout') === undefined) contents.mismatches.push('oci-layout is missing');
    return;
  }
  const version = contents.read(file, readLayoutVersion);
  if (version === undefined || version === LAYOUT_VERSION) return;
  contents.mismatches.push(
    `oci-layout is of the version ${JSON.stringify(version)}, and only ${LAYOUT_VERSION} is known`,
  );
}

interface Reference {
  readonly place: string;
  readonly descriptor: DescriptorOrFault;
  /** What the layout's index calls it, or the index that lists it. */
  readonly names: readonly string[];
}

interface IndexFindings {
  readonly mediaType: string | undefined;
}

/**
 * Goes from the index through all that it leads to. What is described more than once is checked once; each description
 * of it is held against it. Without recursion, since an index may be nested as deep as it likes.
 */
class Walk {
  readonly blobs: Blobs;
  readonly #contents: Contents;
  /** The next one comes last. */
  readonly #pending: Reference[] = [];
  readonly #indexes = new Map<string, IndexFindings | undefined>();
  readonly #manifests = new Map<string, ManifestFindings | undefined>();
  readonly #names = new Map<string, readonly string[]>();

  constructor(contents: Contents) {
    this.#contents = contents;
    this.blobs = new Blobs(contents);
  }

  /** Whether the index could be read. */
  run(file: HashedFile): boolean {
    const index = this.#contents.read(file, readIndex);
    if (index === undefined) return false;
    const { mediaType } = index;
    if (mediaType !== undefined && documentKind(mediaType) !== 'index') {
      this.#contents.mismatches.push(`index.json has the media type ${mediaType}, which is none of an index`);
    }
    const names = namesOf(index.manifests);
    this.#queue(file.name, index.manifests, (digest) => names.get(digest) ?? []);
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) this.#visit(next);
    return true;
  }

  get images(): VerifiedImage[] {
    return [...this.#manifests].flatMap(([name, findings]) => {
      if (findings?.image === undefined) return [];
      return [{ ...findings.image, repoTags: this.#names.get(name) ?? [] }];
    });
  }

  #visit(reference: Reference): void {
    const described = this.blobs.describe(reference.place, reference.descriptor);
    if (described?.blob === undefined) return;
    const { mediaType } = described.descriptor;
    const kind = documentKind(mediaType);
    if (kind === undefined) {
      const { place } = reference;
      this.#contents.notes.push(`${place}: ${mediaType} is not known; only digest and size were checked`);
      return;
    }
    const { blob } = described;
    if (kind === 'index') this.#visitIndex(blob, reference.names);
    else this.#visitManifest(described, blob, reference.names);
    const findings = (kind === 'index' ? this.#indexes : this.#manifests).get(blob.name);
    if (findings?.mediaType === undefined || findings.mediaType === mediaType) return;
    const claim = `${blob.name} says that it is ${findings.mediaType}, and ${reference.place}`;
    this.#contents.mismatches.push(`${claim} that it is ${mediaType}`);
  }

  #visitIndex(file: HashedFile, names: readonly string[]): void {
    if (this.#indexes.has(file.name)) return;
    const index = this.#contents.read(file, readIndex);
    this.#indexes.set(file.name, index && { mediaType: index.mediaType });
    if (index !== undefined) this.#queue(file.name, index.manifests, () => names);
  }

  #visitManifest({ place, descriptor }: Described, file: HashedFile, names: readonly string[]): void {
    if (!this.#manifests.has(file.name)) {
      const { digest } = descriptor;
      const findings = checkManifest({ digest, file }, this.#contents, this.blobs);
      this.#manifests.set(file.name, findings);
      if (findings?.subject !== undefined) this.#queueSubject(file.name, findings.subject);
    }
    this.#names.set(file.name, [...new Set([...(this.#names.get(file.name) ?? []), ...names])]);
    const { platform } = descriptor;
    const config = this.#manifests.get(file.name)?.platform;
    if (platform === undefined || config === undefined || isSamePlatform(platform, config)) return;
    const claim = `${place} has the platform ${formatPlatform(platform)}`;
    this.#contents.mismatches.push(`${claim}, and the image config ${formatPlatform(config) ?? 'none'}`);
  }

  #queue(
    parent: string,
    manifests: readonly DescriptorOrFault[],
    namesFor: (digest: string) => readonly string[],
  ): void {
    for (const [i, descriptor] of [...manifests.entries()].reverse()) {
      const names = typeof descriptor === 'string' ? [] : namesFor(descriptor.digest);
      this.#pending.push({ place: `${parent} manifests[${i}]`, descriptor, names });
    }
  }

  /** What another refers to need not be there (OCI image-spec, manifest.md, "subject"). */
  #queueSubject(parent: string, subject: DescriptorOrFault): void {
    const place = `${parent} subject`;
    if (typeof subject === 'string' || this.blobs.has(subject)) {
      this.#pending.push({ place, descriptor: subject, names: [] });
    } else this.#contents.notes.push(`${place}: ${subject.digest} is not here, as is allowed, and was not checked`);
  }
}

/** The names that an index gives, by digest: one image may have several, each in a descriptor of its own. */
function namesOf(descriptors: readonly DescriptorOrFault[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const descriptor of descriptors) {
    if (typeof descriptor === 'string') continue;
    const { digest, annotations } = descriptor;
    const name = readShownName(annotations);
    if (name === undefined) continue;
    const others = names.get(digest);
    if (others === undefined) names.set(digest, [name]);
    else others.push(name);
  }
  return names;
}
