import { JsonSyntaxError, parseJson } from '../json/parse.js';
import type { JsonObject, JsonValue } from '../json/value.js';

/** A document is not of the shape that it must have. The message says where, in words that follow its name. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
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
export function optionalText(object: JsonObject, key: string): string | undefined {
  const value = object.get(key) ?? null;
  if (value !== null && typeof value !== 'string') throw new DocumentError(`has no string as ${key}`);
  return value ?? undefined;
}
