/** Compares the descriptors of a layout with their blobs. */

import { createHash } from 'node:crypto';
import { exactCount } from '../ground/format.js';
import { blobName } from '../oci/blob-name.js';
import type { DescriptorOrFault, ForeignDescriptor } from '../oci/descriptor.js';
import { isRestrictedLayer } from '../oci/media-types.js';
import type { Contents } from './contents.js';
import { unknownDigests } from './gaps.js';
import { type HashedFile, isFile } from './hashed-file.js';

/** A descriptor with its blob. */
export interface Resolved {
  /** Where the descriptor stands, for messages. */
  readonly place: string;
  readonly descriptor: ForeignDescriptor;
  /** Undefined if it is not there. */
  readonly blob: HashedFile | undefined;
}

export class Blobs {
  readonly #contents: Contents;
  /** Names of blobs that descriptors lead to. */
  readonly #reached = new Set<string>();

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  /** Checks a descriptor, and finds its blob. That it is missing is a mismatch, unless `onMissing` says otherwise. */
  resolve(
    place: string,
    descriptor: DescriptorOrFault,
    onMissing: (descriptor: ForeignDescriptor) => void = ({ digest }) => this.reportMissing(place, digest),
  ): Resolved | undefined {
    const { mismatches } = this.#contents.findings;
    if (typeof descriptor === 'string') {
      mismatches.push(`${place} ${descriptor}`);
      return undefined;
    }
    const { digest, data, size } = descriptor;
    if (data !== undefined && !isEmbedded(descriptor, data)) mismatches.push(`${place} has data that is not ${digest}`);
    const blob = this.#find(place, { descriptor, onMissing });
    if (blob !== undefined && BigInt(blob.size) !== size) {
      mismatches.push(`${place} says that ${digest} has ${exactCount(size, 'byte')}, and it has ${blob.size}`);
    }
    return { place, descriptor, blob };
  }

  reportMissing(place: string, digest: string): void {
    this.#contents.findings.mismatches.push(`${place}: the blob ${digest} is missing`);
  }

  /** Whether an entry of any type has the blob's name. */
  has({ digest }: ForeignDescriptor): boolean {
    return this.#contents.get(blobName(digest)) !== undefined;
  }

  /** Notes blobs that no descriptor leads to. `others` are names that a `manifest.json` leads to. */
  noteUnreached(others: ReadonlySet<string>): void {
    for (const { name, type } of this.#contents.files) {
      const isBlob = name.startsWith('blobs/') && type !== 'directory';
      if (isBlob && !this.#reached.has(name) && !others.has(name)) {
        this.#contents.findings.notes.push(`${name} is reached by nothing`);
      }
    }
  }

  #find(place: string, { descriptor, onMissing }: Sought): HashedFile | undefined {
    const { findings } = this.#contents;
    const { digest, mediaType, hasUrls } = descriptor;
    const name = blobName(digest);
    const entry = this.#contents.get(name);
    if (entry === undefined) {
      if (isRestrictedLayer(mediaType) || hasUrls) {
        findings.notes.push(`${place}: ${digest} is not here, as is allowed for ${mediaType}, and was not checked`);
      } else onMissing(descriptor);
      return undefined;
    }
    this.#reached.add(entry.name);
    // `Contents` has reported entries of other types.
    if (!isFile(entry) && entry.type !== 'link') return undefined;
    const blob = this.#contents.find(name);
    if (blob === undefined) this.reportMissing(place, digest);
    else if (blob.blobDigest === undefined) findings.leaveOut(unknownDigests(digest.replace(/:.*/s, '')), digest);
    else if (blob !== entry && blob.blobDigest !== digest) {
      findings.mismatches.push(`${name} has the digest ${blob.blobDigest}`);
    }
    return blob;
  }
}

interface Sought {
  readonly descriptor: ForeignDescriptor;
  readonly onMissing: (descriptor: ForeignDescriptor) => void;
}

/** Whether embedded bytes have the size and digest that their descriptor says (OCI image-spec, "Embedded Content"). */
function isEmbedded({ digest, size }: ForeignDescriptor, data: Uint8Array): boolean {
  if (BigInt(data.length) !== size) return false;
  const [algorithm] = digest.split(':');
  // Of other algorithms, `#find` says that they are not known.
  if (algorithm !== 'sha256' && algorithm !== 'sha512') return true;
  return `${algorithm}:${createHash(algorithm).update(data).digest('hex')}` === digest;
}
