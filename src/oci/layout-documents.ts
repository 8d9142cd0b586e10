/**
 * The JSON documents of an OCI image layout, read and checked (OCI image-spec v1.1: image-layout.md, image-index.md,
 * manifest.md, descriptor.md). Those of Docker's schema 2 have the same shape.
 */
import { isJsonArray, isJsonObject, JsonNumber, type JsonObject, type JsonValue } from '../ground/json/value.js';
import { DocumentError, optionalText, readObject } from './document.js';

/** What one document says of another blob (OCI image-spec, "Content Descriptors"). */
export interface Descriptor {
  readonly mediaType: string;
  /** Of any algorithm, and of the right form if the algorithm is a registered one. */
  readonly digest: string;
  /** Bytes that the blob is said to have. */
  readonly size: bigint;
  /** The blob itself, if it is embedded. */
  readonly data: Uint8Array | undefined;
  /** Whether the blob may be had elsewhere. */
  readonly hasUrls: boolean;
  readonly annotations: ReadonlyMap<string, string>;
  readonly platform: DescribedPlatform | undefined;
}

export interface DescribedPlatform {
  readonly architecture: string;
  readonly os: string;
  readonly variant: string | undefined;
}

/** A descriptor, or what is wrong with it, in words that follow its place. */
export type DescriptorOrFault = Descriptor | string;

export interface IndexFacts {
  readonly mediaType: string | undefined;
  readonly manifests: readonly DescriptorOrFault[];
}

export interface ManifestFacts {
  readonly mediaType: string | undefined;
  readonly config: DescriptorOrFault;
  readonly layers: readonly DescriptorOrFault[];
  readonly subject: DescriptorOrFault | undefined;
}

/** Reads an `oci-layout` file; gives the version that it says. */
export function readLayoutVersion(bytes: Uint8Array): string {
  const version = readObject(bytes).get('imageLayoutVersion');
  if (typeof version !== 'string') throw new DocumentError('has no imageLayoutVersion');
  return version;
}

export function readIndex(bytes: Uint8Array): IndexFacts {
  const document = readVersioned(bytes);
  return { mediaType: optionalText(document, 'mediaType'), manifests: descriptors(document, 'manifests') };
}

export function readLayoutManifest(bytes: Uint8Array): ManifestFacts {
  const document = readVersioned(bytes);
  const subject = document.get('subject') ?? null;
  return {
    mediaType: optionalText(document, 'mediaType'),
    config: readDescriptor(document.get('config')),
    layers: descriptors(document, 'layers'),
    subject: subject === null ? undefined : readDescriptor(subject),
  };
}

function readVersioned(bytes: Uint8Array): JsonObject {
  const document = readObject(bytes);
  const version = document.get('schemaVersion');
  if (!(version instanceof JsonNumber) || version.text !== '2') throw new DocumentError('has no schemaVersion 2');
  return document;
}

function descriptors(document: JsonObject, key: string): DescriptorOrFault[] {
  const list = document.get(key);
  if (!isJsonArray(list)) throw new DocumentError(`has no list of ${key}`);
  return list.map(readDescriptor);
}

/** One that is faulty does not hide what is wrong with others. */
function readDescriptor(value: JsonValue | undefined): DescriptorOrFault {
  try {
    return parseDescriptor(value);
  } catch (error) {
    if (error instanceof DocumentError) return error.message;
    throw error;
  }
}

function parseDescriptor(value: JsonValue | undefined): Descriptor {
  if (!isJsonObject(value)) throw new DocumentError('is not a descriptor');
  const mediaType = value.get('mediaType');
  if (typeof mediaType !== 'string' || mediaType === '') throw new DocumentError('has no mediaType');
  return {
    mediaType,
    digest: parseDescribedDigest(value.get('digest')),
    size: parseSize(value.get('size')),
    data: parseData(value.get('data') ?? null),
    hasUrls: isJsonArray(value.get('urls')),
    annotations: parseAnnotations(value.get('annotations') ?? null),
    platform: parsePlatform(value.get('platform') ?? null),
  };
}

/** OCI image-spec, descriptor.md, "Digests" and "Registered Algorithms". */
const DIGEST = /^[a-z\d]+(?:[+._-][a-z\d]+)*:[a-zA-Z\d=_-]+$/;
const REGISTERED: Readonly<Record<string, RegExp>> = { sha256: /^[\da-f]{64}$/, sha512: /^[\da-f]{128}$/ };

function parseDescribedDigest(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new DocumentError('has no digest');
  const [algorithm = '', encoded = ''] = value.split(':');
  const form = Object.hasOwn(REGISTERED, algorithm) ? REGISTERED[algorithm] : undefined;
  if (!DIGEST.test(value) || form?.test(encoded) === false) {
    throw new DocumentError(`has a digest of the wrong form: ${JSON.stringify(value.slice(0, 200))}`);
  }
  return value;
}

/** An int64 that is not negative. */
function parseSize(value: JsonValue | undefined): bigint {
  if (!(value instanceof JsonNumber)) throw new DocumentError('has no size');
  const { text } = value;
  if (!/^\d{1,19}$/.test(text)) throw new DocumentError(`has a size that is no count of bytes: ${text.slice(0, 40)}`);
  return BigInt(text);
}

function parseData(value: JsonValue): Uint8Array | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'string') throw new DocumentError('has data that is not base64');
  const bytes = Buffer.from(value, 'base64');
  if (bytes.toString('base64') !== value) throw new DocumentError('has data that is not base64');
  return bytes;
}

function parseAnnotations(value: JsonValue): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  if (value === null) return texts;
  if (!isJsonObject(value)) throw new DocumentError('has annotations that are not an object');
  for (const [key, text] of value) {
    if (typeof text !== 'string') throw new DocumentError('has an annotation that is not a string');
    texts.set(key, text);
  }
  return texts;
}

function parsePlatform(value: JsonValue): DescribedPlatform | undefined {
  if (value === null) return undefined;
  if (!isJsonObject(value)) throw new DocumentError('has a platform that is not an object');
  const [architecture, os] = [value.get('architecture'), value.get('os')];
  if (typeof architecture !== 'string' || typeof os !== 'string') {
    throw new DocumentError('has a platform without architecture or os');
  }
  return { architecture, os, variant: optionalText(value, 'variant') };
}
