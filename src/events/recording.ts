import { now } from '../ground/timing.js';
import type { BuildEvent, BuildListener, BuildSummary, LayerScannedEvent, TaskEvent } from './events.js';

/** Bytes of layers hashed and written until `at`, in milliseconds since the epoch. */
export interface ProgressMark {
  readonly at: number;
  readonly hashed: number;
  readonly written: number;
}

type PlannedEvent = Extract<BuildEvent, { type: 'planned' }>;

export interface RecordingOptions {
  /** The command line that builds, for the report and the trace. */
  readonly command?: string | undefined;
  /** What the conf is called there. */
  readonly conf?: string | undefined;
}

type StoredEvent = Extract<BuildEvent, { type: 'layer-stored' }>;

/** Keeps the events of a build, for the trace and the report that are made when it is finished. */
export class Recording {
  readonly scanned: LayerScannedEvent[] = [];
  readonly progress: ProgressMark[] = [];
  /** In the order in which the tasks ended. */
  readonly tasks: TaskEvent[] = [];
  /** The blobs of layers, by the layer's number; none if layers were only streamed. */
  readonly stored = new Map<number, StoredEvent>();
  readonly command: string | undefined;
  readonly conf: string | undefined;
  #workers = 0;
  #singlePass = false;
  #blobs: PlannedEvent['blobs'];
  #finished: { readonly summary: BuildSummary; readonly at: number } | undefined;

  constructor({ command, conf }: RecordingOptions = {}) {
    this.command = command;
    this.conf = conf;
  }

  /** Pass it to a build as its `onEvent`. */
  readonly onEvent: BuildListener = (event) => this.#record(event);

  get workers(): number {
    return this.#workers;
  }

  get singlePass(): boolean {
    return this.#singlePass;
  }

  /** How the blobs of layers were compressed; undefined if layers were streamed. */
  get blobs(): PlannedEvent['blobs'] {
    return this.#blobs;
  }

  /** @throws {TypeError} unless the build is finished */
  get summary(): BuildSummary {
    return this.#end.summary;
  }

  /** When the build was called, in milliseconds since the epoch. */
  get start(): number {
    const { at, summary } = this.#end;
    return at - summary.seconds * 1000;
  }

  get #end(): { readonly summary: BuildSummary; readonly at: number } {
    if (this.#finished === undefined) throw new TypeError('the build is not finished');
    return this.#finished;
  }

  #record(event: BuildEvent): void {
    switch (event.type) {
      case 'started':
        this.#workers = event.workers;
        this.#singlePass = event.singlePass;
        break;
      case 'planned':
        this.#blobs = event.blobs;
        break;
      case 'layer-scanned':
        this.scanned.push(event);
        break;
      case 'layer-stored':
        this.stored.set(event.layer, event);
        break;
      case 'task':
        this.tasks.push(event);
        break;
      case 'progress':
        this.#mark(event.hashed, event.written);
        break;
      case 'finished':
        this.#finished = { summary: event.summary, at: now() };
        break;
    }
  }

  /** Keeps only changes, so that a build that waits for long needs no more memory. */
  #mark(hashed: number, written: number): void {
    const last = this.progress.at(-1);
    if (last?.hashed !== hashed || last.written !== written) this.progress.push({ at: now(), hashed, written });
  }
}
