/** JSON documents of images, which are identified by the digest of their bytes. */
import { JsonSyntaxError, parseJson } from '../ground/json/parse.js';
import { stringifyJson } from '../ground/json/stringify.js';
import { isJsonArray, isJsonObject, JsonNumber, type JsonObject, type JsonValue } from '../ground/json/value.js';
import { type Digest, digestOf } from './digest.js';

/** The bytes of a document, with their digest. */
export interface Document {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
}

/** A document does not have the shape that it must have. The message says where, in words that follow its name. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

export function makeDocument(value: JsonValue): Document {
  const bytes = encodeJson(value);
  return { bytes, digest: digestOf(bytes) };
}

/** Encodes JSON as nixpkgs does. The image config must have that form; all other documents have it too. */
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

/** Reads a field that may be missing or null. @throws {DocumentError} if it is not a string */
export function optionalText(object: JsonObject, key: string): string | undefined {
  const value = object.get(key) ?? null;
  if (value !== null && typeof value !== 'string') throw new DocumentError(`has no string as ${key}`);
  return value ?? undefined;
}

/** Reads an index or a manifest: both have a version of their own. @throws {DocumentError} */
export function readVersioned(bytes: Uint8Array): JsonObject {
  const document = readObject(bytes);
  const version = document.get('schemaVersion');
  if (!(version instanceof JsonNumber) || version.text !== '2') throw new DocumentError('has no schemaVersion of 2');
  return document;
}

/** Go writes an empty list as null. `place` is for the message. @throws {DocumentError} */
export function textList(value: JsonValue | undefined, place: string): readonly string[] {
  if (value === null) return [];
  if (!isJsonArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new DocumentError(`${place} is not a list of strings`);
  }
  return value;
}

/** As `textList`; a list that is missing is empty, too. @throws {DocumentError} */
export function optionalTextList(value: JsonValue | undefined, place: string): readonly string[] {
  return value === undefined ? [] : textList(value, place);
}
