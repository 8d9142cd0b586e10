/**
 * JSON as a tree that loses nothing an image ID depends on: the order of keys (integer-like ones too), `__proto__`,
 * the text of numbers, lone surrogates.
 */
export type JsonValue = null | boolean | string | JsonNumber | JsonArray | JsonObject;

export type JsonArray = readonly JsonValue[];

/** A repeated key keeps its first place and its last value, as in Python's `dict`. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** A number as it was written. `text` follows the JSON grammar and is finite as a double or an integer. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Written without fraction and exponent: an integer of any size. */
  get isInteger(): boolean {
    return !/[.eE]/.test(this.text);
  }
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

export function isJsonArray(value: JsonValue | undefined): value is JsonArray {
  return Array.isArray(value);
}

/**
 * The value as plain JavaScript, for validation. Objects get no prototype; integers beyond 2^53 become bigint.
 */
export function toPlain(value: JsonValue): unknown {
  if (value instanceof JsonNumber) {
    const number = Number(value.text);
    return value.isInteger && !Number.isSafeInteger(number) ? BigInt(value.text) : number;
  }
  if (isJsonArray(value)) return value.map(toPlain);
  if (isJsonObject(value)) {
    const object: Record<string, unknown> = Object.create(null);
    for (const [key, item] of value) object[key] = toPlain(item);
    return object;
  }
  return value;
}
