import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { makeCodec } from '../compression/codec.js';
import type { CompressionSetting } from '../compression/setting.js';
import type { ByteTarget } from '../ground/byte-target.js';
import { LayerstreamError } from '../ground/errors.js';
import type { TaskTiming } from '../ground/timing.js';
import type { LayerContent } from '../layer/source.js';
import type { BlobPlace, RingMessage } from './blobs/blob-output.js';
import { slotSize } from './blobs/compress-blocks.js';
import type { Packing, WrittenBlob } from './blobs/write-blob.js';
import type { Onlooker } from './line.js';
import { closeBlockQueue, makeBlockQueue } from './shared/block-queue.js';
import { Intake } from './shared/intake.js';
import { type RingMemory, ringOf } from './shared/ring.js';
import { SlotStore } from './shared/slot-store.js';
import { TookCount } from './shared/took-count.js';
import type { Task, TaskRunner, Timed } from './task.js';
import type { BlobTask } from './tasks/blob.js';
import type { AlongBlob, BlobAlongTask } from './tasks/blob-along.js';
import type { CompressTask } from './tasks/compress.js';

/** Of a blob that is handed over as bytes: chunks in memory at one time, and their size in bytes. */
const CHUNKS = 3;
const CHUNK_SIZE = 1024 * 1024;

export interface BlobOptions {
  /** A file that is not there yet, which a thread writes itself; or what takes the blob's bytes. */
  readonly place: { readonly path: string } | ByteTarget;
  readonly compression: CompressionSetting;
  /** How many threads of the pool may work on it. */
  readonly threads: number;
}

/** A blob that was written, and when. */
export interface TimedBlob<T> extends Timed<T> {
  /** Of the threads that helped to compress. */
  readonly helping: readonly TaskTiming[];
}

/** A blob that is written while its layer goes through a line. */
export interface BlobAlong extends Onlooker {
  readonly written: Promise<TimedBlob<AlongBlob>>;
}

/** Writes blobs, each with a team of threads: one that reads, writes and compresses, and others that only compress. */
export class BlobTeams {
  readonly #runner: TaskRunner;
  readonly #slots = new SlotStore();

  constructor(runner: TaskRunner) {
    this.#runner = runner;
  }

  /**
   * Writes a layer's blob. The blobs that are written at once must not ask for more threads than the pool has: helpers
   * that got all of them would wait for leads that get none. A failure removes the file; but if a thread dies or the pool is closed meanwhile, it may stay,
   * and is the caller's to remove.
   *
   * @throws {LayerstreamError} `WRITE_FAILED`, or an error of reading the layer; what a target throws is passed on
   */
  write(
    content: LayerContent,
    { hashed, ...options }: BlobOptions & { readonly hashed: BigInt64Array },
  ): Promise<TimedBlob<WrittenBlob>> {
    return this.#write(content.size, options, (place, packing, transfer) => {
      const task: BlobTask = { kind: 'blob', content, place, packing, hashed };
      return { task, transfer };
    });
  }

  /** As `write`, of the layer whose bytes come through the ring of a line from its chunk `from` on. */
  writeAlong(
    { ring, from, size }: { readonly ring: RingMemory; readonly from: number; readonly size: number },
    options: BlobOptions,
  ): BlobAlong {
    const { port1, port2: port } = new MessageChannel();
    const took = new TookCount(port1);
    const written = this.#write(size, options, (place, packing, transfer) => {
      const task: BlobAlongTask = { kind: 'blob-along', ring, from, size, port, place, packing };
      return { task, transfer: [...transfer, port] };
    });
    written.then(
      // Its last messages may still be on their way.
      () => took.close(),
      (error: unknown) => took.abort(error),
    );
    return { written, took: (chunk) => took.reached(chunk + 1) };
  }

  async #write<T>(
    size: number,
    { place, compression, threads }: BlobOptions,
    makeTask: (
      place: BlobPlace,
      packing: Packing,
      transfer: readonly MessagePort[],
    ) => { task: Task<T>; transfer: readonly MessagePort[] },
  ): Promise<TimedBlob<T>> {
    const team = this.#formTeam(size, { compression, threads });
    const destination = 'path' in place ? toFile(place.path) : this.#toTarget(place);
    const { task, transfer } = makeTask(destination.place, team.packing, destination.transfer);
    const leading = this.#runner.run(task, { transfer });
    const helping = team.helpers.map((help) => this.#runner.run(help));
    await settle([leading, ...helping, destination.handed], (error) => {
      team.abort();
      destination.abort(error);
    });
    // Not after a failure: a thread may still use it.
    this.#slots.give([...team.slots, ...destination.slots]);
    const helped = await Promise.all(helping);
    return { ...(await leading), helping: helped.map(({ timing }) => timing) };
  }

  #formTeam(size: number, { compression, threads }: Pick<BlobOptions, 'compression' | 'threads'>): Team {
    if (compression.kind === 'none') return { packing: compression, helpers: [], slots: [], abort: () => {} };
    const codec = makeCodec(compression);
    const blocks = Math.max(1, Math.ceil(size / codec.blockSize));
    const members = Math.min(threads, blocks);
    // For each thread a block to work on and one to come; alone, it does one after the other.
    const slots = this.#slots.take(Math.min(members === 1 ? 1 : 2 * members, blocks), slotSize(codec));
    const packing = { ...compression, memory: makeBlockQueue(slots) };
    const help: CompressTask = { kind: 'compress', packing };
    return {
      packing,
      helpers: Array.from({ length: members - 1 }, () => help),
      slots,
      abort: () => closeBlockQueue(packing.memory),
    };
  }

  /** Hands the bytes that a thread puts into a ring over to a target. */
  #toTarget(target: ByteTarget): Destination {
    const slots = this.#slots.take(CHUNKS, CHUNK_SIZE);
    const intake = new Intake(ringOf(slots));
    const { port1, port2 } = new MessageChannel();
    port1.on('message', ({ type }: RingMessage) => (type === 'filled' ? intake.onFilled() : intake.onEnd()));
    return {
      place: { kind: 'ring', ring: intake.ring, port: port2 },
      transfer: [port2],
      slots,
      handed: intake.copyTo(target).finally(() => port1.close()),
      abort: (error) => intake.abort(error),
    };
  }
}

function toFile(path: string): Destination {
  return { place: { kind: 'file', path }, transfer: [], slots: [], handed: Promise.resolve(), abort: () => {} };
}

/** What compresses a blob: nothing, or threads that share memory. */
interface Team {
  readonly packing: Packing;
  readonly helpers: readonly CompressTask[];
  readonly slots: readonly Uint8Array[];
  abort(): void;
}

/** Where a blob goes, for both sides. */
interface Destination {
  readonly place: BlobPlace;
  readonly transfer: readonly MessagePort[];
  readonly slots: readonly Uint8Array[];
  /** Resolves when a target has taken all bytes. */
  readonly handed: Promise<void>;
  abort(error: unknown): void;
}

/**
 * Waits for all tasks. `onFailure` is called at each failure, to end those that wait for the one that failed; they fail
 * too, but the error that is thrown is the first cause.
 */
async function settle(tasks: readonly Promise<unknown>[], onFailure: (error: unknown) => void): Promise<void> {
  const failures: unknown[] = [];
  const note = (error: unknown): void => {
    failures.push(error);
    onFailure(error);
  };
  await Promise.all(tasks.map((task) => task.then(() => {}, note)));
  const isCause = (error: unknown): boolean => !(error instanceof LayerstreamError && error.code === 'ABORTED');
  if (failures.length > 0) throw failures.find(isCause) ?? failures[0];
}
