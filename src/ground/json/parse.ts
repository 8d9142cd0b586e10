import { JsonNumber, type JsonValue } from './value.js';

/** Deeper nesting is refused; Python's own reader gives up near this depth. */
const MAX_DEPTH = 900;

export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

/**
 * Reads JSON (RFC 8259) without loss. Unlike `JSON.parse` it refuses numbers that overflow a double, which nothing
 * could write back.
 *
 * @throws {JsonSyntaxError} with line and column.
 */
export function parseJson(text: string): JsonValue {
  return new Parser(text).document();
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings may not hold raw control characters.
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    const value = this.#value();
    this.#match(SPACE);
    if (this.#at < this.#text.length) this.#fail('unexpected text after the value');
    return value;
  }

  #value(): JsonValue {
    this.#match(SPACE);
    switch (this.#text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) this.#fail(`nested more than ${MAX_DEPTH} deep`);
    this.#at++;
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): Map<string, JsonValue> {
    const object = new Map<string, JsonValue>();
    if (this.#accept('}')) return object;
    do {
      this.#match(SPACE);
      if (this.#text[this.#at] !== '"') this.#fail('expected a key in double quotes');
      const key = this.#string();
      this.#expect(':');
      object.set(key, this.#value());
    } while (this.#accept(','));
    this.#expect('}');
    return object;
  }

  #array(): JsonValue[] {
    const array: JsonValue[] = [];
    if (this.#accept(']')) return array;
    do array.push(this.#value());
    while (this.#accept(','));
    this.#expect(']');
    return array;
  }

  #string(): string {
    this.#at++;
    let value = this.#match(PLAIN_TEXT);
    while (this.#text[this.#at] !== '"') {
      if (this.#text[this.#at] !== '\\') {
        this.#fail(this.#at < this.#text.length ? 'raw control character in a string' : 'string without an end');
      }
      value += this.#escape() + this.#match(PLAIN_TEXT);
    }
    this.#at++;
    return value;
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? '';
    const plain = ESCAPES[letter];
    if (plain !== undefined) {
      this.#at += 2;
      return plain;
    }
    const hex = this.#text.slice(this.#at + 2, this.#at + 6);
    if (letter !== 'u' || !/^[\da-fA-F]{4}$/.test(hex)) this.#fail('unknown escape in a string');
    this.#at += 6;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  #number(): JsonNumber {
    const text = this.#match(NUMBER);
    if (text === '') this.#fail(this.#at < this.#text.length ? 'expected a value' : 'unexpected end');
    const number = new JsonNumber(text);
    if (!number.isInteger && !Number.isFinite(Number(text))) this.#fail(`${text} is too large for a number`);
    return number;
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#fail('expected a value');
    this.#at += word.length;
    return value;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += text.length;
    return text;
  }

  #accept(character: string): boolean {
    this.#match(SPACE);
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#accept(character)) this.#fail(`expected '${character}'`);
  }

  #fail(what: string): never {
    const before = this.#text.slice(0, this.#at);
    const line = before.split('\n').length;
    const column = this.#at - before.lastIndexOf('\n');
    throw new JsonSyntaxError(`line ${line}, column ${column}: ${what}`);
  }
}
