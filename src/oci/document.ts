/**
 * JSON documents that are known by the digest of their bytes.
 */
import { JsonSyntaxError, parseJson } from '../ground/json/parse.js';
import { stringifyJson } from '../ground/json/stringify.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../ground/json/value.js';
import { type Digest, digestOf } from './digest.js';

/** A document, and its digest. */
export interface Document {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
}

/** A document is not of the shape that it must have. The message says where, in words that follow its name. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

export function makeDocument(value: JsonValue): Document {
  const bytes = encodeJson(value);
  return { bytes, digest: digestOf(bytes) };
}

/** All documents have the form of nixpkgs' own, which the image config must have. */
export function encodeJson(value: JsonValue): Uint8Array {
  return Buffer.from(stringifyJson(value), 'ascii');
}

export function object(fields: Readonly<Record<string, JsonValue>>): JsonObject {
  return new Map(Object.entries(fields));
}

/** @throws {DocumentError} */
export function readDocument(bytes: Uint8Array): JsonValue {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new DocumentError(error instanceof JsonSyntaxError ? `is not JSON: ${error.message}` : 'is not UTF-8 text');
  }
}

/** @throws {DocumentError} */
export function readObject(bytes: Uint8Array): JsonObject {
  const document = readDocument(bytes);
  if (!isJsonObject(document)) throw new DocumentError('is not an object');
  return document;
}

/** @throws {DocumentError} */
export function optionalText(object: JsonObject, key: string): string | undefined {
  const value = object.get(key) ?? null;
  if (value !== null && typeof value !== 'string') throw new DocumentError(`has no string as ${key}`);
  return value ?? undefined;
}
