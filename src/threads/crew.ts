import { Deferred } from '../ground/deferred.js';
import { LayerstreamError } from '../ground/errors.js';
import { usableCores } from './cores.js';
import { LayerPool } from './pool.js';
import { LayerReader } from './reader.js';

/** More threads than any machine has use for. */
const MAX_WORKERS = 1024;

export interface CrewOptions {
  /** Threads that scan and hash layers, 1 to 1024; by default the cores that this process may use. */
  readonly workers?: number | undefined;
  /**
   * Names the archive's layers by position rather than by digest, so that each is hashed while it is written and every
   * file is read once. The image is the same.
   */
  readonly singlePass?: boolean | undefined;
}

/**
 * The threads of one build. They can be started before the build's conf is read, to be ready when it is: nothing of
 * it matters to them.
 */
export class Crew {
  /** Bytes that were hashed; the threads add to it themselves. */
  readonly hashed = new BigInt64Array(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT));
  readonly pool: LayerPool;
  readonly singlePass: boolean;
  readonly #died = new Deferred<never>();
  #reader: LayerReader | undefined;

  /** @throws {LayerstreamError} `USAGE` for a number of workers that cannot be. */
  constructor({ workers = usableCores(), singlePass = false }: CrewOptions) {
    this.pool = new LayerPool(checkWorkers(workers));
    this.singlePass = singlePass;
  }

  /** Rejects when a thread of the reader dies. */
  get died(): Promise<never> {
    return this.#died.promise;
  }

  /** Its threads start here: only a stream needs them. Gives the same one each time. */
  startReader(): LayerReader {
    if (this.#reader === undefined) {
      this.#reader = new LayerReader({ hashed: this.singlePass ? this.hashed : undefined });
      this.#reader.died.catch((error: unknown) => this.#died.reject(error));
    }
    return this.#reader;
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.close(), this.#reader?.close()]);
  }
}

function checkWorkers(workers: number): number {
  if (Number.isInteger(workers) && workers >= 1 && workers <= MAX_WORKERS) return workers;
  throw new LayerstreamError('USAGE', `workers must be a whole number from 1 to ${MAX_WORKERS}, and is ${workers}`);
}
