import { statIfThere } from '../files/stat.js';
import { LayerstreamError, systemReason } from '../ground/errors.js';
import { formatCount } from '../ground/format.js';
import { printable, printableJson } from '../ground/printable.js';
import type { VerifyReport } from '../verify/report.js';
import { type VerifyOptions, verifyArchive, verifyLayout } from '../verify/verify.js';
import type { ProgressKind } from './progress/make-reporter.js';
import { makeReadingReporter } from './progress/reading.js';
import { EXIT, reportError } from './report-error.js';
import { cleanUpOnSignal } from './signals.js';
import { writeStderr } from './stderr.js';
import { formatReport, type TableOptions } from './verify-table.js';
import { writeResult } from './write-result.js';

export interface VerifyCommandOptions {
  readonly json?: boolean | undefined;
  /** Whether to show the layers of each image, however many there are. */
  readonly layers?: boolean | undefined;
  readonly workers?: number | undefined;
  readonly progress: ProgressKind;
}

const OK = 'OK: all digests, sizes and documents match';
const INCOMPLETE = 'Incomplete: all that was checked matches';

/** Checks an archive, or the directory of a layout, and prints the result; returns the exit status. */
export async function verifyCommand(path: string, options: VerifyCommandOptions): Promise<number> {
  const { json, layers, workers, progress } = options;
  const name = path === '-' ? 'standard input' : path;
  const reporter = makeReadingReporter(progress);
  const removeHandlers = cleanUpOnSignal(() => reporter?.end());
  try {
    const report = await verify(path, {
      name,
      workers,
      onProgress: reporter && ((bytes) => reporter.onProgress(bytes)),
    });
    reporter?.end();
    if (json) await writeResult((write) => write(formatJson(report)), { mayBeClosed: true });
    else await tell(report, { name, layers });
    if (report.ok) return EXIT.done;
    return report.mismatches.length > 0 ? EXIT.failed : EXIT.unchecked;
  } catch (error) {
    reporter?.end();
    return reportError(error, { as: progress === 'json' ? 'json' : 'text' });
  } finally {
    removeHandlers();
  }
}

async function verify(path: string, { name, ...options }: VerifyOptions & { name: string }): Promise<VerifyReport> {
  if (path === '-') return verifyArchive(process.stdin, { name, ...options });
  const found = look(path);
  if (found === undefined) {
    throw new LayerstreamError('USAGE', `${path} does not exist`, {
      path,
      hint: 'Name an archive, the directory of a layout, or - for standard input.',
    });
  }
  return found.isDirectory() ? verifyLayout(path, options) : verifyArchive(path, options);
}

function look(path: string): ReturnType<typeof statIfThere> {
  try {
    return statIfThere(path);
  } catch (error) {
    throw new LayerstreamError('READ_FAILED', `${path} cannot be read: ${systemReason(error)}`, { path, cause: error });
  }
}

/** What is not known is null: JSON leaves out what is undefined. */
function formatJson(report: VerifyReport): string {
  return `${printableJson(report, (_, value: unknown) => value ?? null)}\n`;
}

async function tell(report: VerifyReport, options: TableOptions): Promise<void> {
  const { ok, notes, unchecked, mismatches } = report;
  const prefix = `layerstream: ${options.name}: `;
  const remarks = [...notes.map((note) => `note: ${note}`), ...unchecked, ...mismatches];
  if (mismatches.length > 0) remarks.push(formatCount(mismatches.length, 'mismatch', 'mismatches'));
  await writeResult(
    async (write) => {
      await write(formatReport(report, options));
      for (const remark of remarks) writeStderr(`${printable(prefix + remark)}\n`);
      if (mismatches.length === 0) await write(`${ok ? OK : INCOMPLETE}\n`);
    },
    { mayBeClosed: true },
  );
}
