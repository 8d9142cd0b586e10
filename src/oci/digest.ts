import { createHash, type Hash } from 'node:crypto';

/**
 * A SHA-256 digest, `sha256:<64 hex digits>` (OCI image-spec, descriptor.md, "Digests"). Only the functions here make it.
 */
export type Digest = `sha256:${string}` & { readonly __brand: 'Digest' };

const DIGEST = /^sha256:[\da-f]{64}$/;

/** Undefined for any other text, and for digests of other algorithms. */
export function parseDigest(text: string): Digest | undefined {
  return DIGEST.test(text) ? (text as Digest) : undefined;
}

/** The form of a digest of any algorithm (OCI image-spec, descriptor.md, "Digests" and "Registered Algorithms"). */
const FOREIGN = /^[a-z\d]+(?:[+._-][a-z\d]+)*:[a-zA-Z\d=_-]+$/;
const REGISTERED: Readonly<Record<string, RegExp>> = { sha256: /^[\da-f]{64}$/, sha512: /^[\da-f]{128}$/ };

/** Reads a digest of any algorithm; one of a registered algorithm must have the form of that. */
export function parseForeignDigest(text: string): string | undefined {
  const [algorithm = '', encoded = ''] = text.split(':');
  const form = Object.hasOwn(REGISTERED, algorithm) ? REGISTERED[algorithm] : undefined;
  return FOREIGN.test(text) && form?.test(encoded) !== false ? text : undefined;
}

/** The digest of these bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return finishDigest(startDigest().update(bytes));
}

export function startDigest(): Hash {
  return createHash('sha256');
}

export function finishDigest(hash: Hash): Digest {
  return `sha256:${hash.digest('hex')}` as Digest;
}

/** The 64 hex digits. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
