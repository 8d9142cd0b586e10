/** Descriptors: how a document points to a blob (OCI image-spec, descriptor.md). */
import { isJsonArray, isJsonObject, JsonNumber, type JsonObject, type JsonValue } from '../ground/json/value.js';
import { type Digest, parseForeignDigest } from './digest.js';
import { DocumentError, object } from './document.js';
import { type Platform, platformObject, readPlatform } from './platform.js';

/** Identifies a blob: the digest proves its bytes, and the size tells a reader where to stop. */
export interface BlobId {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** A descriptor of a blob that is known. */
export interface Descriptor extends BlobId {
  readonly mediaType: string;
  /** For entries of an index. */
  readonly platform?: Platform | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** A descriptor in a document that anybody may have written. Nothing that it says of the blob is proven. */
export interface ForeignDescriptor {
  readonly mediaType: string;
  /** Of any algorithm, and of the right form if the algorithm is a registered one. */
  readonly digest: string;
  /** Bytes that the blob is said to have. */
  readonly size: bigint;
  /** The blob itself, if it is embedded. */
  readonly data: Uint8Array | undefined;
  /** Whether the blob can be had elsewhere. */
  readonly hasUrls: boolean;
  readonly annotations: ReadonlyMap<string, string>;
  readonly platform: Platform | undefined;
}

/** A descriptor, or what is wrong with it, in words that follow its place. */
export type DescriptorOrFault = ForeignDescriptor | string;

export function descriptorObject({ mediaType, digest, size, platform, annotations }: Descriptor): JsonObject {
  return object({
    mediaType,
    digest,
    size: new JsonNumber(String(size)),
    ...(platform === undefined ? {} : { platform: platformObject(platform) }),
    ...(annotations === undefined ? {} : { annotations: object(annotations) }),
  });
}

/** Reads a descriptor. A fault is returned, not thrown: it must not hide the faults of other descriptors. */
export function readDescriptor(value: JsonValue | undefined): DescriptorOrFault {
  try {
    return parseDescriptor(value);
  } catch (error) {
    if (error instanceof DocumentError) return error.message;
    throw error;
  }
}

/** Reads a list of descriptors. Go writes an empty one as null. @throws {DocumentError} where there is no list */
export function readDescriptors(document: JsonObject, key: string): DescriptorOrFault[] {
  const list = document.get(key);
  if (list === null) return [];
  if (!isJsonArray(list)) throw new DocumentError(`has no list of ${key}`);
  return list.map(readDescriptor);
}

function parseDescriptor(value: JsonValue | undefined): ForeignDescriptor {
  if (!isJsonObject(value)) throw new DocumentError('is not a descriptor');
  const mediaType = value.get('mediaType');
  if (typeof mediaType !== 'string' || mediaType === '') throw new DocumentError('has no mediaType');
  const platform = value.get('platform') ?? null;
  return {
    mediaType,
    digest: parseDigestField(value.get('digest')),
    size: parseSize(value.get('size')),
    data: parseData(value.get('data') ?? null),
    hasUrls: isJsonArray(value.get('urls')),
    annotations: parseAnnotations(value.get('annotations') ?? null),
    platform: platform === null ? undefined : readPlatform(platform),
  };
}

function parseDigestField(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new DocumentError('has no digest');
  const digest = parseForeignDigest(value);
  if (digest === undefined) {
    throw new DocumentError(`has a digest of the wrong form: ${JSON.stringify(value.slice(0, 200))}`);
  }
  return digest;
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
