import * as z from 'zod/mini';
import { encodeText } from '../ground/bytestring.js';
import type { ConfIssue } from '../ground/errors.js';
import { type JsonValue, toPlain } from '../ground/json/value.js';
import { DEFAULT_STORE_DIR, storePathFault } from './store-path.js';
import { isRfc3339, parseInstant } from './time.js';

/**
 * The shape of both kinds of conf (the tables in docs/guide.md). `config` is not among them: zod
 * reorders keys, so it goes past zod from lossless reading to the image.
 */

const text = z.string({ error: 'a string' });
const nonEmptyText = text.check(z.minLength(1, { error: 'a string that is not empty' }));
const path = text.check(z.regex(/^[^\0]+$/, { error: 'a path' }));
const wholeNumber = { error: 'a whole number, or its decimal text' };
const id = z.pipe(
  // A text that fails its check is reported by that check, not by the union.
  z.union([z.number(), text.check(z.regex(/^[+-]?\d+$/, wholeNumber))], wholeNumber),
  z.transform(Number),
);
const safeId = z.pipe(id, z.int({ error: 'a whole number within ±2^53' }));

/** A check that says what was expected, or nothing where a text is well. */
function expect(fault: (value: string) => string | undefined) {
  return z.check<string>((context) => {
    const message = fault(context.value);
    if (message !== undefined) context.issues.push({ code: 'custom', message, input: context.value });
  });
}

const time = text.check(
  expect((value) => {
    const instant = parseInstant(value, () => 0);
    return 'expected' in instant ? instant.expected : undefined;
  }),
);

const copiedTime = text.check(
  expect((value) =>
    value === 'now' || isRfc3339(value) ? undefined : 'a time such as 1970-01-01T00:00:01Z, or "now"',
  ),
);

const ownerName = text.check(
  expect((name) => {
    const isFit = encodeText(name) !== undefined && !name.includes('\0');
    return isFit ? undefined : 'a name that UTF-8 can write';
  }),
);

const STORE_DIR = /^(?:\/(?!\.\.?(?:\/|$))[^/\0]+)+$/;

function storePath(storeDir: string) {
  return text.check(expect((value) => storePathFault(value, storeDir)));
}

function commonFields(storeDir: string) {
  return {
    architecture: nonEmptyText,
    variant: z.optional(z.nullable(nonEmptyText)),
    repo_tag: nonEmptyText,
    os: z.optional(z.unknown()),
    config: z.optional(z.unknown()),
    store_layers: z.array(z.array(storePath(storeDir), { error: 'a list of store paths' }), {
      error: 'a list of layers',
    }),
  };
}

function firstKind(storeDir: string) {
  return z.object({
    ...commonFields(storeDir),
    created: copiedTime,
    customisation_layer: storePath(storeDir),
  });
}

function currentKind(storeDir: string) {
  return z.object({
    ...commonFields(storeDir),
    created: time,
    customisation_layer: path,
    mtime: z.optional(time),
    uid: z.optional(safeId),
    gid: z.optional(safeId),
    uname: z.optional(ownerName),
    gname: z.optional(ownerName),
    store_dir: z.optional(
      text.check(z.regex(STORE_DIR, { error: 'an absolute path without "..", "." or doubled slashes' })),
    ),
    from_image: z.optional(z.nullable(path)),
  });
}

export type FirstKind = z.infer<ReturnType<typeof firstKind>>;
export type CurrentKind = z.infer<ReturnType<typeof currentKind>>;

const CURRENT_KIND_KEYS = ['store_dir', 'from_image', 'mtime', 'uid', 'gid', 'uname', 'gname'];

export type RawConf =
  | { readonly kind: 'first'; readonly fields: FirstKind }
  | { readonly kind: 'current'; readonly fields: CurrentKind };

/** A conf's fields as they were read. */
export type RawFields = Readonly<Record<string, unknown>> & { readonly store_dir?: unknown };

/** The checked fields, or all that is wrong with them. */
export function checkShape(raw: RawFields): RawConf | { readonly issues: ConfIssue[] } {
  const isCurrent = CURRENT_KIND_KEYS.some((key) => Object.hasOwn(raw, key));
  const given = raw.store_dir;
  const storeDir = typeof given === 'string' && STORE_DIR.test(given) ? given : DEFAULT_STORE_DIR;
  const result = isCurrent ? currentKind(storeDir).safeParse(raw) : firstKind(storeDir).safeParse(raw);
  if (!result.success) {
    return { issues: result.error.issues.map((issue) => toConfIssue(issue, raw)) };
  }
  // The schema that was used is known by the kind.
  return isCurrent
    ? { kind: 'current', fields: result.data as CurrentKind }
    : { kind: 'first', fields: result.data as FirstKind };
}

export function unknownKeys(raw: Readonly<Record<string, unknown>>): string[] {
  const { shape } = currentKind(DEFAULT_STORE_DIR);
  return Object.keys(raw).filter((key) => !Object.hasOwn(shape, key));
}

/** A fault as zod reports it, whose message says what was expected. */
export function toConfIssue(issue: z.core.$ZodIssue, raw: unknown): ConfIssue {
  let found: unknown = raw;
  for (const key of issue.path) found = (found as Record<PropertyKey, unknown>)[key];
  return { place: formatPlace(issue.path), message: `expected ${issue.message}, found ${formatFound(found)}` };
}

/** `store_layers[3][0]`. */
function formatPlace(path: readonly PropertyKey[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`)).join('');
}

/** A fault of JSON that was read without loss. */
export function jsonIssue(place: string, expected: string, found: JsonValue | undefined): ConfIssue {
  const plain = found === undefined ? undefined : toPlain(found);
  return { place, message: `expected ${expected}, found ${formatFound(plain)}` };
}

const LONGEST_FOUND = 120;

/** What stood there, cut to a readable length. */
export function formatFound(found: unknown): string {
  if (found === undefined) return 'nothing';
  if (typeof found === 'bigint') return String(found);
  const json = JSON.stringify(found, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
  return json.length > LONGEST_FOUND ? `${json.slice(0, LONGEST_FOUND)}…` : json;
}
