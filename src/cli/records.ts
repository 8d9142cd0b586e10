import type { BuildEvent } from '../events/events.js';
import { Recording } from '../events/recording.js';
import { openFileOutput } from '../files/file-output.js';
import type { Output } from '../files/output.js';
import { LayerstreamError } from '../ground/errors.js';
import { formatCommandLine } from './command-line.js';

export interface RecordOptions {
  readonly trace?: string | undefined;
  readonly report?: string | undefined;
  /** What messages call the conf. */
  readonly conf?: string | undefined;
}

type Format = (recording: Recording) => string | Promise<string>;

/** Loaded only when needed, after the build. */
const FORMATS = {
  trace: async (recording) => (await import('../events/trace/trace.js')).formatTrace(recording),
  report: async (recording) => (await import('../events/report/report.js')).formatReport(recording),
} as const satisfies Readonly<Record<string, Format>>;

/** The trace and the report of a build, if they are wanted: opened before the build, written after it. */
export class BuildRecords {
  readonly #recording: Recording;
  readonly #options: RecordOptions;
  readonly #open: { readonly output: Output; readonly format: Format }[] = [];

  constructor(options: RecordOptions) {
    this.#options = options;
    this.#recording = new Recording({ command: formatCommandLine(process.argv.slice(2)), conf: options.conf });
  }

  readonly onEvent = (event: BuildEvent): void => this.#recording.onEvent(event);

  /** @throws {LayerstreamError} `USAGE`, `WRITE_FAILED` */
  async open(): Promise<void> {
    for (const kind of ['trace', 'report'] as const) {
      const path = this.#options[kind];
      if (path === undefined) continue;
      if (path === '-') {
        throw new LayerstreamError('USAGE', `--${kind} cannot be written to standard output`, { hint: 'Name a file.' });
      }
      this.#open.push({ output: await openFileOutput(path), format: FORMATS[kind] });
    }
  }

  /** Called after the build: writes all files. */
  async close(): Promise<void> {
    for (const { output, format } of this.#open) {
      await output.write(Buffer.from(await format(this.#recording)));
      await output.commit();
    }
  }

  /** Removes the files that are not complete. It is synchronous, so a signal handler may call it. */
  abort(): void {
    for (const { output } of this.#open) output.abort();
  }
}
