import { isAttestation } from '../oci/annotations.js';
import type { ForeignDescriptor } from '../oci/descriptor.js';
import { formatPlatform } from '../oci/platform.js';
import type { Blobs } from './blobs.js';
import type { Contents } from './contents.js';

/** What an index lists and is not there. */
export interface AbsentManifest {
  /** Name of the index. */
  readonly parent: string;
  /** Where in it. */
  readonly place: string;
  readonly descriptor: ForeignDescriptor;
  /** Whether `index.json` gives it a name: then somebody may ask for it. */
  readonly isNamed: boolean;
}

/**
 * Manifests that indexes list and that are not there. A layout may lack blobs (OCI image-spec, image-layout.md), and
 * containerd and Docker leave out the platforms that they do not have. So they are no more than a remark, as long as one
 * image of the index is whole.
 */
export class AbsentManifests {
  readonly #contents: Contents;
  readonly #blobs: Blobs;
  /** By index. */
  readonly #absent = new Map<string, AbsentManifest[]>();
  /** Indexes that list an image that is whole. */
  readonly #allowed = new Set<string>();

  constructor(contents: Contents, blobs: Blobs) {
    this.#contents = contents;
    this.#blobs = blobs;
  }

  add(absent: AbsentManifest): void {
    const others = this.#absent.get(absent.parent);
    if (others === undefined) this.#absent.set(absent.parent, [absent]);
    else others.push(absent);
  }

  /** Called for each index that lists an image that is whole. */
  allow(index: string): void {
    this.#allowed.add(index);
  }

  /** Called when all documents were visited. */
  report(): void {
    for (const [index, all] of this.#absent) {
      const isAllowed = this.#allowed.has(index);
      const missing = all.filter(({ isNamed }) => isNamed || !isAllowed);
      for (const { place, descriptor } of missing) this.#blobs.reportMissing(place, descriptor.digest);
      const allowed = all.filter((absent) => !missing.includes(absent));
      if (allowed.length > 0) this.#contents.findings.notes.push(formatNote(index, allowed));
    }
  }
}

/** One note for an index: Docker's list a dozen platforms, each with an attestation. */
function formatNote(index: string, absent: readonly AbsentManifest[]): string {
  const attestations = absent.filter(({ descriptor }) => isAttestation(descriptor.annotations));
  const others = absent.filter((item) => !attestations.includes(item));
  const names = others.map(({ descriptor: { platform, digest } }) => formatPlatform(platform) ?? digest);
  if (attestations.length > 0) {
    names.push(attestations.length === 1 ? '1 attestation' : `${attestations.length} attestations`);
  }
  return `${index}: not here, as is allowed, and not checked: ${[...new Set(names)].join(', ')}`;
}
