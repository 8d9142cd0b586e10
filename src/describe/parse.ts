import { formatFound, toConfIssue } from '../config/schema.js';
import { type ConfIssue, LayerstreamError } from '../ground/errors.js';
import { JsonSyntaxError, parseJson } from '../ground/json/parse.js';
import { toPlain } from '../ground/json/value.js';
import { type Description, descriptionSchema, SCHEMA_VERSION } from './schema.js';

/**
 * Reads what `layerstream describe --json` wrote. Fields that this version does not know are left out.
 *
 * @throws {LayerstreamError} `DESCRIPTION_INVALID`, with all faults in `issues`.
 */
export function parseDescription(json: string | Uint8Array): Description {
  const raw = readPlain(json);
  const version = versionOf(raw);
  // The faults of another version's fields would tell nobody anything.
  if (version !== undefined && version !== SCHEMA_VERSION) {
    const message = `expected ${SCHEMA_VERSION}, found ${formatFound(version)}`;
    const hint = 'Describe the image anew, with the layerstream that reads it.';
    throw invalid([{ place: 'schemaVersion', message }], { hint });
  }
  const result = descriptionSchema.safeParse(raw);
  if (result.success) return result.data;
  throw invalid(result.error.issues.map((issue) => toConfIssue(issue, raw)));
}

function readPlain(json: string | Uint8Array): unknown {
  try {
    return toPlain(parseJson(typeof json === 'string' ? json : new TextDecoder('utf-8', { fatal: true }).decode(json)));
  } catch (cause) {
    const reason = cause instanceof JsonSyntaxError ? cause.message : 'not UTF-8 text';
    throw invalid([{ place: '', message: `not JSON: ${reason}` }], { cause });
  }
}

function versionOf(raw: unknown): unknown {
  return typeof raw === 'object' && raw !== null && 'schemaVersion' in raw ? raw.schemaVersion : undefined;
}

function invalid(
  issues: readonly ConfIssue[],
  details: { readonly hint?: string; readonly cause?: unknown } = {},
): LayerstreamError {
  const lines = issues.map(({ place, message }) => (place === '' ? message : `${place}: ${message}`));
  const message =
    lines.length === 1 ? `description: ${lines[0]}` : `description: ${lines.length} faults\n  ${lines.join('\n  ')}`;
  return new LayerstreamError('DESCRIPTION_INVALID', message, { issues, ...details });
}
