import { readShownName } from '../oci/annotations.js';
import type { DescriptorOrFault } from '../oci/descriptor.js';
import { readIndex } from '../oci/index.js';
import { documentKind } from '../oci/media-types.js';
import { formatPlatform, isSamePlatform } from '../oci/platform.js';
import { Blobs, type Resolved } from './blobs.js';
import type { Contents } from './contents.js';
import type { HashedFile } from './hashed-file.js';
import { checkManifest, type ManifestFindings } from './manifest-claims.js';
import type { VerifiedImage } from './report.js';

/** A descriptor that waits for its visit. */
interface Pending {
  readonly place: string;
  readonly descriptor: DescriptorOrFault;
  /** The names that the layout's index gives to it, or to the index that lists it. */
  readonly names: readonly string[];
}

interface IndexFindings {
  readonly mediaType: string | undefined;
}

/**
 * Visits the documents that the index leads to, and checks each of them once. Many descriptors may point to one blob:
 * each of them is compared with it. There is no recursion, since indexes may be nested to any depth.
 */
export class IndexWalk {
  readonly blobs: Blobs;
  readonly #contents: Contents;
  /** The last one is visited next. */
  readonly #pending: Pending[] = [];
  readonly #indexes = new Map<string, IndexFindings | undefined>();
  readonly #manifests = new Map<string, ManifestFindings | undefined>();
  readonly #names = new Map<string, readonly string[]>();

  constructor(contents: Contents) {
    this.#contents = contents;
    this.blobs = new Blobs(contents);
  }

  /** Visits all; false if the index cannot be read. */
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

  #visit(pending: Pending): void {
    const resolved = this.blobs.resolve(pending.place, pending.descriptor);
    if (resolved?.blob === undefined) return;
    const { mediaType } = resolved.descriptor;
    const kind = documentKind(mediaType);
    if (kind === undefined) {
      const { place } = pending;
      this.#contents.notes.push(`${place}: ${mediaType} is not known; only digest and size were checked`);
      return;
    }
    const { blob } = resolved;
    if (kind === 'index') this.#visitIndex(blob, pending.names);
    else this.#visitManifest(resolved, blob, pending.names);
    const findings = (kind === 'index' ? this.#indexes : this.#manifests).get(blob.name);
    if (findings?.mediaType === undefined || findings.mediaType === mediaType) return;
    const claim = `${blob.name} says that it is ${findings.mediaType}, and ${pending.place}`;
    this.#contents.mismatches.push(`${claim} that it is ${mediaType}`);
  }

  #visitIndex(file: HashedFile, names: readonly string[]): void {
    if (this.#indexes.has(file.name)) return;
    const index = this.#contents.read(file, readIndex);
    this.#indexes.set(file.name, index && { mediaType: index.mediaType });
    if (index !== undefined) this.#queue(file.name, index.manifests, () => names);
  }

  #visitManifest({ place, descriptor }: Resolved, file: HashedFile, names: readonly string[]): void {
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

  /** A subject need not be there (OCI image-spec, manifest.md, "subject"). */
  #queueSubject(parent: string, subject: DescriptorOrFault): void {
    const place = `${parent} subject`;
    if (typeof subject === 'string' || this.blobs.has(subject)) {
      this.#pending.push({ place, descriptor: subject, names: [] });
    } else this.#contents.notes.push(`${place}: ${subject.digest} is not here, as is allowed, and was not checked`);
  }
}

/** The names that an index gives, by digest. An image may have several, each in a descriptor of its own. */
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
