import { formatFound, toConfIssue } from '../config/schema.js';
import { type ConfIssue, LayerstreamError } from '../ground/errors.js';
import { formatCount } from '../ground/format.js';
import { JsonSyntaxError, parseJson } from '../ground/json/parse.js';
import { toPlain } from '../ground/json/value.js';
import { printable } from '../ground/printable.js';
import { type Description, descriptionSchema, SCHEMA_VERSION } from './schema.js';

/**
 * Reads what `layerstream describe --json` wrote. Fields that this version does not know are left out. `source` is what
 * messages call it, a path as a rule.
 *
 * @throws {LayerstreamError} `DESCRIPTION_INVALID`, with all faults in `issues`.
 */
export function parseDescription(
  json: string | Uint8Array,
  { source }: { readonly source?: string | undefined } = {},
): Description {
  const name = source === undefined ? 'description' : `description ${source}`;
  const found = readPlain(json, name);
  const version = versionOf(found);
  const raw = version === 1 || version === 2 ? upgrade(found, version) : found;
  // The faults of another version's fields would help nobody.
  if (version !== undefined && raw === found && version !== SCHEMA_VERSION) {
    const message = `expected ${SCHEMA_VERSION}, found ${formatFound(version)}`;
    const hint = 'Describe the image again, with the layerstream that reads it.';
    throw invalid(name, [{ place: 'schemaVersion', message }], { hint });
  }
  const result = descriptionSchema.safeParse(raw);
  if (result.success) return result.data;
  throw invalid(
    name,
    result.error.issues.map((issue) => toConfIssue(issue, raw)),
  );
}

function readPlain(json: string | Uint8Array, name: string): unknown {
  try {
    return toPlain(parseJson(typeof json === 'string' ? json : new TextDecoder('utf-8', { fatal: true }).decode(json)));
  } catch (cause) {
    const reason = cause instanceof JsonSyntaxError ? cause.message : 'not UTF-8 text';
    throw invalid(name, [{ place: '', message: `not JSON: ${reason}` }], { cause });
  }
}

function versionOf(raw: unknown): unknown {
  return typeof raw === 'object' && raw !== null && 'schemaVersion' in raw ? raw.schemaVersion : undefined;
}

/** An older version as today's; see `SCHEMA_VERSION`. */
function upgrade(raw: unknown, version: 1 | 2): unknown {
  if (!isFields(raw)) return raw;
  const { repoTag, ...rest } = raw;
  const named = { ...rest, schemaVersion: SCHEMA_VERSION, ...(repoTag === undefined ? {} : { repoTags: [repoTag] }) };
  return version === 1 ? upgradeFirst(named) : named;
}

function upgradeFirst(raw: Fields): unknown {
  if (!Array.isArray(raw.layers)) return raw;
  const layers = raw.layers.map((layer: unknown) => {
    if (!isFields(layer) || !isFields(layer.diffId) || layer.diffId.evidence !== 'summed') return layer;
    return { ...layer, diffId: { ...layer.diffId, evidence: 'hashed' } };
  });
  return { ...raw, conf: null, layers };
}

/** Fields of the old version that differ now. */
interface Fields {
  readonly repoTag?: unknown;
  readonly layers?: unknown;
  readonly diffId?: unknown;
  readonly evidence?: unknown;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function invalid(
  name: string,
  issues: readonly ConfIssue[],
  details: { readonly hint?: string; readonly cause?: unknown } = {},
): LayerstreamError {
  const lines = issues.map(({ place, message }) => printable(place === '' ? message : `${place}: ${message}`));
  const message =
    lines.length === 1
      ? `${printable(name)}: ${lines[0]}`
      : `${printable(name)}: ${formatCount(lines.length, 'fault')}\n  ${lines.join('\n  ')}`;
  return new LayerstreamError('DESCRIPTION_INVALID', message, { issues, ...details });
}
