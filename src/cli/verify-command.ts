import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { LayerstreamError, systemCode } from '../ground/errors.js';
import { formatCount } from '../ground/format.js';
import { printable } from '../ground/printable.js';
import type { VerifyReport } from '../verify/report.js';
import { verifyArchive, verifyLayout } from '../verify/verify.js';
import { EXIT, reportError } from './report-error.js';
import { formatReport } from './verify-table.js';
import { writeResult } from './write-result.js';

export interface VerifyCommandOptions {
  readonly json?: boolean | undefined;
  /** Whether to show the layers of each image, however many there are. */
  readonly layers?: boolean | undefined;
}

/** Checks an archive, or the directory of a layout, and prints the result; returns the exit status. */
export async function verifyCommand(path: string, { json, layers }: VerifyCommandOptions): Promise<number> {
  const name = path === '-' ? 'standard input' : path;
  try {
    const report = await verify(path, name);
    // What is not known is null: JSON leaves out what is undefined.
    const text = (): string => `${JSON.stringify(report, (_, value: unknown) => value ?? null)}\n`;
    if (json) await writeResult((write) => write(text()));
    else await tell(report, { name, layers });
    if (report.ok) return EXIT.done;
    return report.mismatches.length > 0 ? EXIT.failed : EXIT.unchecked;
  } catch (error) {
    return reportError(error);
  }
}

async function tell(report: VerifyReport, options: Parameters<typeof formatReport>[1]): Promise<void> {
  const { ok, notes, unchecked, mismatches } = report;
  const prefix = `layerstream: ${options.name}: `;
  const remarks = [...notes.map((note) => `note: ${note}`), ...unchecked, ...mismatches];
  if (mismatches.length > 0) remarks.push(formatCount(mismatches.length, 'mismatch', 'mismatches'));
  await writeResult(async (write) => {
    await write(formatReport(report, options));
    for (const remark of remarks) process.stderr.write(`${printable(prefix + remark)}\n`);
    if (mismatches.length === 0) await write(`${ok ? OK : INCOMPLETE}\n`);
  });
}

const OK = 'OK: all digests, sizes and documents match';
const INCOMPLETE = 'Incomplete: all that was checked matches';

async function verify(path: string, name: string): Promise<VerifyReport> {
  if (path === '-') return verifyArchive(process.stdin, name);
  const found = await stat(path).catch((error: unknown) => {
    // If it cannot be looked at for another reason, reading it reports why.
    if (systemCode(error) === 'ENOENT') throw missing(path);
  });
  if (found?.isDirectory()) return verifyLayout(path);
  return verifyArchive(createReadStream(path, { highWaterMark: 1024 * 1024 }), name);
}

function missing(path: string): LayerstreamError {
  return new LayerstreamError('USAGE', `${path} does not exist`, {
    path,
    hint: 'Name an archive, the directory of a layout, or - for standard input.',
  });
}
