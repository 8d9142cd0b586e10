/**
 * The blobs that a manifest or an index points to. OCI's and Docker's have the same fields (OCI image-spec, manifest.md
 * and image-index.md); artifact manifests have `blobs`.
 */
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../ground/json/value.js';
import { DocumentError, readObject } from './document.js';

export interface Reference {
  readonly mediaType: string;
  /** Of any algorithm. */
  readonly digest: string;
  /** A `manifest` points to more blobs; `content` only if its media type is that of a manifest. */
  readonly role: 'manifest' | 'content';
}

type Role = Reference['role'];

const SINGLE: readonly (readonly [string, Role])[] = [
  ['config', 'content'],
  ['subject', 'manifest'],
];
const LISTS: readonly (readonly [string, Role])[] = [
  ['manifests', 'manifest'],
  ['layers', 'content'],
  ['blobs', 'content'],
];

/** @throws {DocumentError} if any blob that it points to cannot be read from it */
export function readReferences(bytes: Uint8Array): Reference[] {
  return referencesOf(readObject(bytes));
}

/** @throws {DocumentError} */
export function referencesOf(document: JsonObject): Reference[] {
  const single = SINGLE.flatMap(([key, role]) => {
    const value = document.get(key) ?? null;
    return value === null ? [] : [readReference(value, { role, place: key })];
  });
  const listed = LISTS.flatMap(([key, role]) => {
    const value = document.get(key) ?? null;
    if (value !== null && !isJsonArray(value)) throw new DocumentError(`${key} is not a list`);
    return (value ?? []).map((item, i) => readReference(item, { role, place: `${key}[${i}]` }));
  });
  return [...single, ...listed];
}

function readReference(value: JsonValue, { role, place }: { role: Role; place: string }): Reference {
  if (!isJsonObject(value)) throw new DocumentError(`${place} is not an object`);
  const [mediaType, digest] = [value.get('mediaType'), value.get('digest')];
  if (typeof mediaType !== 'string') throw new DocumentError(`${place} has no mediaType`);
  if (typeof digest !== 'string') throw new DocumentError(`${place} has no digest`);
  return { mediaType, digest, role };
}
