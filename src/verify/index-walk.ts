import { isAttestation, readShownName } from '../oci/annotations.js';
import type { DescriptorOrFault, ForeignDescriptor } from '../oci/descriptor.js';
import { readIndex } from '../oci/index.js';
import { documentKind } from '../oci/media-types.js';
import { formatPlatform, isSamePlatform } from '../oci/platform.js';
import { AbsentManifests } from './absent-manifests.js';
import { Blobs, type Resolved } from './blobs.js';
import type { Contents } from './contents.js';
import { unknownDocuments } from './gaps.js';
import type { HashedFile } from './hashed-file.js';
import { checkManifest, type ManifestFindings } from './manifest-claims.js';
import { checkAnnotatedNames } from './name-claims.js';
import type { VerifiedImage } from './report.js';

/** How the layout's `index.json` leads to a descriptor. */
interface Way {
  /** The names that it gives to the descriptor, or to the index that lists it. */
  readonly names: readonly string[];
  /** Digest of the index that it lists, if the descriptor is below one. */
  readonly index: string | undefined;
}

/** A descriptor that waits for its visit. */
interface Pending {
  readonly place: string;
  /** Name of the document that has it. */
  readonly parent: string;
  readonly descriptor: DescriptorOrFault;
  readonly way: Way;
}

interface IndexFindings {
  readonly mediaType: string | undefined;
}

/** What leads to a manifest, of all descriptors of it together. */
interface Ways {
  readonly names: Set<string>;
  readonly indexes: Set<string>;
  isAttestation: boolean;
}

/**
 * Visits the documents that the index leads to, and checks each of them once. Many descriptors may point to one blob:
 * each of them is compared with it. There is no recursion, since indexes may be nested to any depth.
 */
export class IndexWalk {
  readonly blobs: Blobs;
  readonly #contents: Contents;
  readonly #absent: AbsentManifests;
  /** The last one is visited next. */
  readonly #pending: Pending[] = [];
  readonly #indexes = new Map<string, IndexFindings | undefined>();
  readonly #manifests = new Map<string, ManifestFindings | undefined>();
  readonly #ways = new Map<string, Ways>();

  constructor(contents: Contents) {
    this.#contents = contents;
    this.blobs = new Blobs(contents);
    this.#absent = new AbsentManifests(contents, this.blobs);
  }

  /** Visits all; false if the index cannot be read. */
  run(file: HashedFile): boolean {
    const index = this.#contents.read(file, readIndex);
    if (index === undefined) return false;
    const { mediaType } = index;
    if (mediaType !== undefined && documentKind(mediaType) !== 'index') {
      this.#contents.findings.mismatches.push(`index.json has the media type ${mediaType}, which is none of an index`);
    }
    const names = namesOf(index.manifests);
    this.#queue(file.name, index.manifests, (digest) => ({ names: names.get(digest) ?? [], index: undefined }));
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) this.#visit(next);
    this.#absent.report();
    return true;
  }

  /** All but attestations, which Docker stores as images. */
  get images(): VerifiedImage[] {
    return [...this.#manifests].flatMap(([name, findings]) => {
      const ways = this.#ways.get(name);
      if (findings?.image === undefined || ways?.isAttestation) return [];
      return [{ ...findings.image, names: [...(ways?.names ?? [])], indexes: [...(ways?.indexes ?? [])] }];
    });
  }

  #visit(pending: Pending): void {
    const { place, parent, way } = pending;
    if (typeof pending.descriptor !== 'string') {
      checkAnnotatedNames({ place, annotations: pending.descriptor.annotations }, this.#contents.findings);
    }
    const onMissing = (descriptor: ForeignDescriptor): void => {
      this.#absent.add({ parent, place, descriptor, isNamed: way.index === undefined && way.names.length > 0 });
    };
    const resolved = this.blobs.resolve(place, pending.descriptor, onMissing);
    if (resolved?.blob === undefined) return;
    const { blob } = resolved;
    const { digest, mediaType } = resolved.descriptor;
    const kind = documentKind(mediaType);
    if (kind === undefined) {
      this.#contents.findings.leaveOut(unknownDocuments(mediaType), digest);
      return;
    }
    if (kind === 'index') this.#visitIndex(blob, { names: way.names, index: way.index ?? digest });
    else this.#visitManifest(resolved, { file: blob, parent, way });
    const findings = (kind === 'index' ? this.#indexes : this.#manifests).get(blob.name);
    if (findings?.mediaType === undefined || findings.mediaType === mediaType) return;
    const claim = `${blob.name} says that it is ${findings.mediaType}, and ${place}`;
    this.#contents.findings.mismatches.push(`${claim} that it is ${mediaType}`);
  }

  #visitIndex(file: HashedFile, way: Way): void {
    if (this.#indexes.has(file.name)) return;
    const index = this.#contents.read(file, readIndex);
    this.#indexes.set(file.name, index && { mediaType: index.mediaType });
    if (index !== undefined) this.#queue(file.name, index.manifests, () => way);
  }

  #visitManifest(
    { place, descriptor }: Resolved,
    { file, parent, way }: { readonly file: HashedFile; readonly parent: string; readonly way: Way },
  ): void {
    if (!this.#manifests.has(file.name)) {
      const { digest } = descriptor;
      const findings = checkManifest({ digest, file }, this.#contents, this.blobs);
      this.#manifests.set(file.name, findings);
      if (findings?.subject !== undefined) this.#queueSubject(file.name, findings.subject);
    }
    this.#noteWay(file.name, descriptor, way);
    const { platform } = descriptor;
    const findings = this.#manifests.get(file.name);
    if (findings?.isWhole && !isAttestation(descriptor.annotations)) this.#absent.allow(parent);
    const config = findings?.platform;
    if (platform === undefined || config === undefined || isSamePlatform(platform, config)) return;
    const claim = `${place} has the platform ${formatPlatform(platform)}`;
    this.#contents.findings.mismatches.push(`${claim}, and the image config ${formatPlatform(config) ?? 'none'}`);
  }

  #noteWay(name: string, { annotations }: ForeignDescriptor, way: Way): void {
    const ways = this.#ways.get(name) ?? { names: new Set(), indexes: new Set(), isAttestation: true };
    this.#ways.set(name, ways);
    for (const given of way.names) ways.names.add(given);
    if (way.index !== undefined) ways.indexes.add(way.index);
    ways.isAttestation &&= isAttestation(annotations);
  }

  #queue(parent: string, manifests: readonly DescriptorOrFault[], wayTo: (digest: string) => Way): void {
    for (const [i, descriptor] of [...manifests.entries()].reverse()) {
      const way = typeof descriptor === 'string' ? NOWHERE : wayTo(descriptor.digest);
      this.#pending.push({ place: `${parent} manifests[${i}]`, parent, descriptor, way });
    }
  }

  /** A subject need not be there (OCI image-spec, manifest.md, "subject"). */
  #queueSubject(parent: string, subject: DescriptorOrFault): void {
    const place = `${parent} subject`;
    if (typeof subject === 'string' || this.blobs.has(subject)) {
      this.#pending.push({ place, parent, descriptor: subject, way: NOWHERE });
    } else {
      const { notes } = this.#contents.findings;
      notes.push(`${place}: ${subject.digest} is not here, as is allowed, and was not checked`);
    }
  }
}

const NOWHERE: Way = { names: [], index: undefined };

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
