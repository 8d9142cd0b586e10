import { Deferred } from '../ground/deferred.js';
import { LayerstreamError } from '../ground/errors.js';
import { BlobTeams } from './blob-teams.js';
import { Copies } from './copies.js';
import { usableCores } from './cores.js';
import { Line, type LineKind } from './line.js';
import { Pool } from './pool.js';
import { makeCounter } from './shared/counter.js';
import type { Life } from './thread.js';

/** More threads than any machine has use for. */
const MAX_WORKERS = 1024;

export interface ThreadsOptions {
  /** Threads of the pool, 1 to 1024; by default the cores that this process may use. */
  readonly workers?: number | undefined;
}

/**
 * All threads of a session. They can be started before a conf is read: nothing in it matters to them.
 */
export class Threads implements Life {
  /** Bytes that were hashed since the threads were started; the threads add to it themselves. */
  readonly hashed = makeCounter();
  readonly pool: Pool;
  readonly blobs: BlobTeams;
  readonly #copies = new Copies();
  readonly #died = new Deferred<never>();
  #line: Line | undefined;

  /** @throws {LayerstreamError} `USAGE` for an impossible number of workers */
  constructor({ workers = usableCores() }: ThreadsOptions = {}) {
    this.pool = new Pool(checkWorkers(workers));
    this.blobs = new BlobTeams(this.pool, this.pool.threads);
    // A task that meets the death of a pool's thread knows the reason, and reports it.
    this.#watch(this.#copies);
  }

  get died(): Promise<never> {
    return this.#died.promise;
  }

  /** Copies layers that are not next in line. */
  get copies(): Pick<Copies, 'run'> {
    return this.#copies;
  }

  /** Starts the threads of a line ahead of `openLine`. */
  prepareLine(kind: LineKind): void {
    this.#line ??= this.#startLine(kind);
  }

  /** A line that is idle. */
  async openLine(kind: LineKind): Promise<Line> {
    if (this.#line?.kind !== kind || !this.#line.isIdle) {
      await this.#line?.close();
      this.#line = this.#startLine(kind);
    }
    return this.#line;
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.close(), this.#copies.close(), this.#line?.close()]);
  }

  #startLine(kind: LineKind): Line {
    const line = new Line(kind === 'hashing' ? { hashed: this.hashed } : {});
    this.#watch(line);
    return line;
  }

  #watch({ died }: Life): void {
    died.catch((error: unknown) => this.#died.reject(error));
  }
}

function checkWorkers(workers: number): number {
  if (Number.isInteger(workers) && workers >= 1 && workers <= MAX_WORKERS) return workers;
  throw new LayerstreamError('USAGE', `workers must be a whole number from 1 to ${MAX_WORKERS}, and is ${workers}`);
}
