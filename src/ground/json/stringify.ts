import { isJsonArray, JsonNumber, type JsonObject, type JsonValue } from './value.js';

/**
 * JSON as Python's `json.dumps(value, indent=4)` writes it: ASCII only, items on lines of their own, floats in
 * Python's shortest form. Image IDs depend on each byte.
 */
export function stringifyJson(value: JsonValue): string {
  return write(value, '\n');
}

function write(value: JsonValue, newline: string): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return writeString(value);
  if (value instanceof JsonNumber) return writeNumber(value);
  return isJsonArray(value) ? writeArray(value, newline) : writeObject(value, newline);
}

function writeArray(array: readonly JsonValue[], newline: string): string {
  if (array.length === 0) return '[]';
  const inner = `${newline}    `;
  return `[${inner}${array.map((item) => write(item, inner)).join(`,${inner}`)}${newline}]`;
}

function writeObject(object: JsonObject, newline: string): string {
  if (object.size === 0) return '{}';
  const inner = `${newline}    `;
  const items = Array.from(object, ([key, item]) => `${writeString(key)}: ${write(item, inner)}`);
  return `{${inner}${items.join(`,${inner}`)}${newline}}`;
}

function writeString(text: string): string {
  // JSON.stringify escapes quotes, control characters and lone surrogates as Python does; DEL and all
  // that is not ASCII remain.
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function writeNumber(number: JsonNumber): string {
  if (number.isInteger) return number.text === '-0' ? '0' : number.text;
  return formatFloat(Number(number.text));
}

/**
 * `repr()` of a Python float: the shortest digits that read back the same (as in JavaScript), with an exponent
 * outside 1e-4 … 1e16 (https://docs.python.org/3/library/functions.html#repr, `float_repr_style`).
 */
export function formatFloat(value: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '', power = ''] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const padded = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${padded}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}
