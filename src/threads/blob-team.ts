import { makeCodec } from '../compression/codec.js';
import type { CompressionSetting } from '../compression/setting.js';
import { LayerstreamError } from '../ground/errors.js';
import type { TaskTiming } from '../ground/timing.js';
import { closeTeam, makeTeam } from './block-team.js';
import { slotSize } from './compress-blocks.js';
import type { BlobTask, CompressTask } from './messages.js';
import type { Timed } from './pool.js';
import { SlotStore } from './slot-store.js';
import type { BlobInput, WrittenBlob } from './write-blob.js';

export interface BlobOptions {
  /** Of a file that is not there yet. */
  readonly path: string;
  readonly compression: CompressionSetting;
  /** How many threads of the pool may work on it. */
  readonly threads: number;
  /** One cell, to which each chunk's bytes are added as they are read. */
  readonly hashed: BigInt64Array;
}

export interface TimedBlob extends Timed<WrittenBlob> {
  /** Of the threads that helped to compress. */
  readonly helping: readonly TaskTiming[];
}

/** Runs tasks of each kind on a thread of the pool. */
interface RunTasks {
  lead(task: BlobTask): Promise<Timed<WrittenBlob>>;
  help(task: CompressTask): Promise<Timed<undefined>>;
}

/** Writes blobs, each with a team of threads: one that reads, writes and compresses, and others that only compress. */
export class BlobTeams {
  readonly #run: RunTasks;
  readonly #slots = new SlotStore();

  constructor(run: RunTasks) {
    this.#run = run;
  }

  /** See `LayerPool.writeBlob`. */
  async write(input: BlobInput, { compression, threads, ...rest }: BlobOptions): Promise<TimedBlob> {
    const task = { kind: 'blob', input, ...rest } as const;
    if (compression.kind === 'none')
      return { ...(await this.#run.lead({ ...task, packing: compression })), helping: [] };
    const codec = makeCodec(compression);
    const blocks = Math.max(1, Math.ceil(input.content.size / codec.blockSize));
    const members = Math.min(threads, blocks);
    // For each thread a block to work on and one to come; alone, it does one after the other.
    const slots = this.#slots.take(Math.min(members === 1 ? 1 : 2 * members, blocks), slotSize(codec));
    const packing = { ...compression, memory: makeTeam(slots) };
    const leading = this.#run.lead({ ...task, packing });
    const helping = Array.from({ length: members - 1 }, () => this.#run.help({ kind: 'compress', packing }));
    await settle([leading, ...helping], () => closeTeam(packing.memory));
    // Not after a failure: a thread may still be at it.
    this.#slots.give(slots);
    const helped = await Promise.all(helping);
    return { ...(await leading), helping: helped.map(({ timing }) => timing) };
  }
}

/**
 * Waits for all tasks. `onFailure` is called at each failure, to end those that wait for the one that failed; they fail
 * too, but the error that is thrown is that of the first cause.
 */
async function settle(tasks: readonly Promise<unknown>[], onFailure: () => void): Promise<void> {
  const failures: unknown[] = [];
  const note = (error: unknown): void => {
    failures.push(error);
    onFailure();
  };
  await Promise.all(tasks.map((task) => task.then(() => {}, note)));
  const isCause = (error: unknown): boolean => !(error instanceof LayerstreamError && error.code === 'ABORTED');
  if (failures.length > 0) throw failures.find(isCause) ?? failures[0];
}
