import { toLayerstreamError } from '../ground/errors.js';
import { printable, printableJson } from '../ground/printable.js';
import { writeStderr } from './stderr.js';

/** The exit statuses, as docs/cli.md documents them. */
export const EXIT = { done: 0, failed: 1, usage: 2, unchecked: 3 } as const;

const USAGE_CODES: ReadonlySet<string> = new Set([
  'USAGE',
  'CONF_INVALID',
  'INPUT_INVALID',
  'DESCRIPTION_INVALID',
  'LAYOUT_INVALID',
  'PATH_MISSING',
]);

export interface ReportOptions {
  /** As text for people, or as a line of JSON. */
  readonly as?: 'text' | 'json';
}

/** Tells an error on standard error, and returns the exit status that it means. */
export function reportError(error: unknown, options: ReportOptions = {}): number {
  const { code, message, hint, path, issues, cause } = toLayerstreamError(error);
  const status = USAGE_CODES.has(code) ? EXIT.usage : EXIT.failed;
  // A closed pipe needs no words: its reader knows.
  if (code === 'OUTPUT_CLOSED') return status;
  if (options.as === 'json') {
    writeStderr(`${printableJson({ type: 'error', code, message, hint, path, issues })}\n`);
    return status;
  }
  // Only several faults are a message of several lines.
  const lines = issues.length > 1 ? message : printable(message);
  writeStderr(`layerstream: ${lines} [${code}]\n`);
  if (hint !== undefined) writeStderr(`  ${printable(hint)}\n`);
  if (code === 'INTERNAL') {
    const stack = cause instanceof Error ? cause.stack : undefined;
    writeStderr(`  This is a fault of layerstream; please report it${stack === undefined ? '.' : `:\n${stack}`}\n`);
  }
  return status;
}
