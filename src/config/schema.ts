import * as z from 'zod/mini';
import type { ConfIssue } from '../errors.js';

/**
 * The shape of both kinds of conf (the table in the README's section on confs). `config` is not among them: zod
 * reorders keys, so it goes past zod from lossless reading to the image.
 */

const text = z.string({ error: 'a string' });
const nonEmptyText = text.check(z.minLength(1, { error: 'a string that is not empty' }));
const absolutePath = text.check(z.regex(/^\/[^\0]*$/, { error: 'an absolute path' }));
const path = text.check(z.regex(/^[^\0]+$/, { error: 'a path' }));
const storeLayers = z.array(z.array(text, { error: 'a list of store paths' }), { error: 'a list of layers' });
const wholeNumber = { error: 'a whole number, or its decimal text' };
const id = z.pipe(
  // A text that fails its check is told of by that check, not by the union.
  z.union([z.number(), text.check(z.regex(/^[+-]?\d+$/, wholeNumber))], wholeNumber),
  z.transform(Number),
);
const safeId = z.pipe(id, z.int({ error: 'a whole number within ±2^53' }));

const common = {
  architecture: nonEmptyText,
  repo_tag: nonEmptyText,
  created: nonEmptyText,
  os: z.optional(z.unknown()),
  config: z.optional(z.unknown()),
};

const firstKind = z.object({
  ...common,
  store_layers: storeLayers,
  customisation_layer: path,
});

const currentKind = z.object({
  ...common,
  store_layers: storeLayers,
  customisation_layer: path,
  mtime: z.optional(nonEmptyText),
  uid: z.optional(safeId),
  gid: z.optional(safeId),
  uname: z.optional(text),
  gname: z.optional(text),
  store_dir: z.optional(
    absolutePath.check(
      z.regex(/^(?:\/(?!\.\.?(?:\/|$))[^/]+)+$/, { error: 'an absolute path without "..", "." or doubled slashes' }),
    ),
  ),
  from_image: z.optional(z.nullable(path)),
});

export type FirstKind = z.infer<typeof firstKind>;
export type CurrentKind = z.infer<typeof currentKind>;

const CURRENT_KIND_KEYS = ['store_dir', 'from_image', 'mtime', 'uid', 'gid', 'uname', 'gname'];

export type RawConf =
  | { readonly kind: 'first'; readonly fields: FirstKind }
  | { readonly kind: 'current'; readonly fields: CurrentKind };

/** The checked fields, or all that is wrong with them. */
export function checkShape(raw: Readonly<Record<string, unknown>>): RawConf | { readonly issues: ConfIssue[] } {
  const isCurrent = CURRENT_KIND_KEYS.some((key) => Object.hasOwn(raw, key));
  const result = isCurrent ? currentKind.safeParse(raw) : firstKind.safeParse(raw);
  if (!result.success) {
    return { issues: result.error.issues.map((issue) => toConfIssue(issue, raw)) };
  }
  // The schema that was used is known by the kind.
  return isCurrent
    ? { kind: 'current', fields: result.data as CurrentKind }
    : { kind: 'first', fields: result.data as FirstKind };
}

export function unknownKeys(raw: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(raw).filter((key) => !Object.hasOwn(currentKind.shape, key));
}

function toConfIssue(issue: z.core.$ZodIssue, raw: unknown): ConfIssue {
  let found: unknown = raw;
  for (const key of issue.path) found = (found as Record<PropertyKey, unknown>)[key];
  return { place: formatPlace(issue.path), message: `expected ${issue.message}, found ${formatFound(found)}` };
}

/** `store_layers[3][0]`. */
function formatPlace(path: readonly PropertyKey[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`)).join('');
}

const LONGEST_FOUND = 120;

/** What stood there, cut to a readable length. */
export function formatFound(found: unknown): string {
  if (found === undefined) return 'nothing';
  if (typeof found === 'bigint') return String(found);
  const json = JSON.stringify(found, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
  return json.length > LONGEST_FOUND ? `${json.slice(0, LONGEST_FOUND)}…` : json;
}
