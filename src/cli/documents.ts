import { type BigIntStats, fstatSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Recording } from '../events/recording.js';
import { openFileOutput } from '../files/file-output.js';
import type { Output } from '../files/output.js';
import { LayerstreamError } from '../ground/errors.js';

export interface DocumentOptions {
  readonly output?: string | undefined;
  readonly trace?: string | undefined;
  readonly report?: string | undefined;
}

type Format = (recording: Recording) => string | Promise<string>;

/** Loaded when they are needed, behind the build. */
const FORMATS = {
  trace: async (recording) => (await import('../events/trace/trace.js')).formatTrace(recording),
  report: async (recording) => (await import('../events/report/report.js')).formatReport(recording),
} as const satisfies Readonly<Record<string, Format>>;

const STDOUT = 1;

/** The files about a build that were asked for: opened before it, written behind it. */
export class Documents {
  readonly #recording = new Recording();
  readonly #options: DocumentOptions;
  readonly #open: { readonly output: Output; readonly format: Format }[] = [];

  constructor(options: DocumentOptions) {
    this.#options = options;
  }

  readonly onEvent = this.#recording.onEvent;

  /** @throws {LayerstreamError} `USAGE`, `WRITE_FAILED` */
  async open(): Promise<void> {
    await this.#checkFiles();
    for (const kind of ['trace', 'report'] as const) {
      const path = this.#options[kind];
      if (path !== undefined) this.#open.push({ output: await openFileOutput(path), format: FORMATS[kind] });
    }
  }

  /** Writes all of them, when the build is finished. */
  async write(): Promise<void> {
    for (const { output, format } of this.#open) {
      await output.write(Buffer.from(await format(this.#recording)));
      await output.commit();
    }
  }

  /** Leaves nothing of what is not written whole. Fit for a signal handler. */
  discard(): void {
    for (const { output } of this.#open) output.discard();
  }

  /** Two of the outputs must not be one file, whichever way it is named. */
  async #checkFiles(): Promise<void> {
    const { output, trace, report } = this.#options;
    const taken = new Map<string, string>();
    const asked = { '--trace': trace, '--report': report };
    const archive =
      output === undefined || output === '-' ? identify(fstatSync(STDOUT, { bigint: true })) : await locate(output);
    taken.set(archive, output === undefined || output === '-' ? 'standard output' : '--output');
    for (const [option, path] of Object.entries(asked)) {
      if (path === undefined) continue;
      if (path === '-') {
        throw new LayerstreamError('USAGE', `${option} cannot be written to standard output`, { hint: 'Name a file.' });
      }
      const file = await locate(path);
      const other = taken.get(file);
      if (other !== undefined) {
        throw new LayerstreamError('USAGE', `${option} and ${other} are the same file: ${path}`, { path });
      }
      taken.set(file, option);
    }
  }
}

/** What tells a file from others: itself where it is there, else its place. */
async function locate(path: string): Promise<string> {
  try {
    return identify(await stat(path, { bigint: true }));
  } catch {
    // Whatever else is wrong with it is told when it is opened.
    const directory = dirname(resolve(path));
    return join(await realpath(directory).catch(() => directory), basename(path));
  }
}

function identify({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}
