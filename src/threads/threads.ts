import type { CodecSetting } from '../compression/setting.js';
import type { ByteTarget } from '../ground/byte-target.js';
import { Deferred } from '../ground/deferred.js';
import { LayerstreamError } from '../ground/errors.js';
import { addressRoom } from './address-room.js';
import { BlobTeams } from './blob-teams.js';
import { Copies } from './copies.js';
import { usableCores } from './cores.js';
import { Line, type LineKind } from './line.js';
import type { Packer } from './packer.js';
import { Pool } from './pool.js';
import { makeCounter } from './shared/counter.js';
import type { Life } from './thread.js';

/** More threads than any machine has use for. */
const MAX_WORKERS = 1024;

/** Threads of a line that only reads, of one that hashes, too, and those that must be there to compress a stream. */
const READING = 1;
const HASHING = 2;
const PACKING = 1;

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
  readonly #room = addressRoom();
  readonly #copies = new Copies();
  readonly #died = new Deferred<never>();
  #line: Line | undefined;
  /** Those that compress a stream. */
  #packing: Pool | undefined;

  /** @throws {LayerstreamError} `USAGE` for an impossible number of workers, `THREADS_UNAVAILABLE` */
  constructor({ workers = usableCores() }: ThreadsOptions = {}) {
    const wanted = checkWorkers(workers);
    this.#require(1 + READING);
    this.pool = new Pool(wanted, Math.min(wanted, Math.max(1, this.#room - HASHING - PACKING)));
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

  /** Starts the threads of a line ahead of `openLine`, which reports it if they cannot be started. */
  prepareLine(kind: LineKind): void {
    try {
      this.#line ??= this.#startLine(kind);
    } catch {
      // As said.
    }
  }

  /** A line that is idle. @throws {LayerstreamError} `THREADS_UNAVAILABLE` */
  async openLine(kind: LineKind): Promise<Line> {
    if (this.#line?.kind !== kind || !this.#line.isIdle) {
      await this.#line?.close();
      this.#line = this.#startLine(kind);
    }
    return this.#line;
  }

  /**
   * Compresses what is written to the result into a target. It has threads of its own, as many as the pool if there is
   * room: the stream waits for what those of the pool hash, and must not keep them from it.
   *
   * @throws {LayerstreamError} `THREADS_UNAVAILABLE`
   */
  pack(target: ByteTarget, compression: CodecSetting): Packer {
    this.#packing ??= this.#startPacking();
    return new BlobTeams(this.#packing, this.#packing.threads).pack(target, compression);
  }

  async close(): Promise<void> {
    await Promise.all([this.pool, this.#copies, this.#line, this.#packing].map((threads) => threads?.close()));
  }

  #startLine(kind: LineKind): Line {
    if (kind === 'hashing') this.#require(1 + HASHING);
    const line = new Line(kind === 'hashing' ? { hashed: this.hashed } : {});
    this.#watch(line);
    return line;
  }

  #startPacking(): Pool {
    this.#require(1 + HASHING + PACKING);
    const { threads } = this.pool;
    return new Pool(threads, Math.min(threads, Math.max(PACKING, this.#room - HASHING - threads)));
  }

  /** Where addresses are few, V8 would end the process. @throws {LayerstreamError} `THREADS_UNAVAILABLE` */
  #require(threads: number): void {
    if (this.#room >= threads) return;
    throw new LayerstreamError('THREADS_UNAVAILABLE', 'threads cannot be started: there is too little address space', {
      hint: 'Allow more (`ulimit -v`): Node.js takes 1 to 2 GB of it, and each thread 128 MB.',
    });
  }

  #watch({ died }: Life): void {
    died.catch((error: unknown) => this.#died.reject(error));
  }
}

function checkWorkers(workers: number): number {
  if (Number.isInteger(workers) && workers >= 1 && workers <= MAX_WORKERS) return workers;
  throw new LayerstreamError('USAGE', `workers must be a whole number from 1 to ${MAX_WORKERS}, and is ${workers}`);
}
