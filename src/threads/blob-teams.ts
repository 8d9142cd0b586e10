import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { makeCodec } from '../compression/codec.js';
import type { CodecSetting, CompressionSetting } from '../compression/setting.js';
import { AbortableTarget } from '../ground/abortable-target.js';
import type { ByteTarget } from '../ground/byte-target.js';
import type { TaskTiming } from '../ground/timing.js';
import type { LayerContent } from '../layer/source.js';
import type { BlobPlace, RingMessage } from './blobs/blob-output.js';
import { slotSize } from './blobs/compress-blocks.js';
import type { Packing, WrittenBlob } from './blobs/write-blob.js';
import type { Onlooker } from './line.js';
import { Packer } from './packer.js';
import { closeBlockQueue, countClaimed, makeBlockQueue } from './shared/block-queue.js';
import { Intake } from './shared/intake.js';
import { Outlet } from './shared/outlet.js';
import { type RingMemory, ringOf } from './shared/ring.js';
import { makeSlotArena, type SlotArena } from './shared/slot-arena.js';
import { SlotStore } from './shared/slot-store.js';
import { TookCount } from './shared/took-count.js';
import type { Task, TaskRunner, Timed } from './task.js';
import { TaskGroup } from './task-group.js';
import type { BlobTask } from './tasks/blob.js';
import type { AlongBlob, BlobAlongTask } from './tasks/blob-along.js';
import type { CompressTask } from './tasks/compress.js';
import type { PackTask } from './tasks/pack.js';
import { type SharedWork, ThreadShare } from './thread-share.js';

/** Of a blob that is handed over as bytes: chunks in memory at one time, and their size in bytes. */
const CHUNKS = 3;
const CHUNK_SIZE = 1024 * 1024;

export interface BlobOptions {
  /** A file that is not there yet, which a thread writes itself; or what takes the blob's bytes. */
  readonly place: { readonly path: string } | ByteTarget;
  readonly compression: CompressionSetting;
  /** How many threads may work on it at most; by default all. */
  readonly threads?: number | undefined;
}

interface WriteOptions extends BlobOptions {
  /** Called at each failure of a thread or of the target. */
  readonly onFailure?: (error: unknown) => void;
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

/**
 * Writes blobs, each with a team of threads: one that reads, writes and compresses, and others that only compress. Those
 * come and go: whoever has nothing else to do helps where most is left.
 */
export class BlobTeams {
  readonly #runner: TaskRunner;
  readonly #threads: number;
  readonly #share: ThreadShare;
  readonly #slots = new SlotStore();
  /** By the size of their slots. */
  readonly #arenas = new Map<number, SlotArena>();

  /** @param threads How many tasks the runner runs at once. */
  constructor(runner: TaskRunner, threads: number) {
    this.#runner = runner;
    this.#threads = threads;
    this.#share = new ThreadShare(threads);
  }

  /** Says that so many blobs will be written soon: no thread helps others that is needed to begin with one of these. */
  expect(blobs: number): void {
    this.#share.expect(blobs);
  }

  /**
   * Writes a layer's blob. A failure removes the file; but if a thread dies or the pool is closed meanwhile, it may stay,
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
      const task: BlobAlongTask = { kind: 'blob-along', bytes: { ring, from, size, port }, place, packing };
      return { task, transfer: [...transfer, port] };
    });
    written.then(
      // Its last messages may still be on their way.
      () => took.close(),
      (error: unknown) => took.abort(error),
    );
    return { written, took: (chunk) => took.reached(chunk + 1) };
  }

  /** Compresses what is written to the result into a target, as one blob. */
  pack(target: ByteTarget, compression: CodecSetting): Packer {
    const { port1, port2: port } = new MessageChannel();
    const outlet = new Outlet(port1);
    const place = new AbortableTarget(target);
    const onFailure = (error: unknown): void => {
      outlet.abort(error);
      place.abort(error);
    };
    const packed = this.#write(
      Number.POSITIVE_INFINITY,
      { place, compression, onFailure },
      (ring, packing, transfer) => {
        if (packing.kind === 'none') throw new TypeError('nothing compresses this');
        const task: PackTask = { kind: 'pack', bytes: { ring: outlet.ring, port }, place: ring, packing };
        return { task, transfer: [...transfer, port] };
      },
    );
    // Of a failure before there were threads, too.
    packed.catch(onFailure);
    return new Packer(outlet, packed);
  }

  async #write<T>(
    size: number,
    { place, compression, threads = this.#threads, onFailure }: WriteOptions,
    makeTask: (
      place: BlobPlace,
      packing: Packing,
      transfer: readonly MessagePort[],
    ) => { task: Task<T>; transfer: readonly MessagePort[] },
  ): Promise<TimedBlob<T>> {
    // It may fail, so nothing is opened before it.
    const packing = this.#pack(compression);
    const destination = 'path' in place ? toFile(place.path) : this.#toTarget(place);
    const group = new TaskGroup((error) => {
      team.abort();
      destination.abort(error);
      onFailure?.(error);
    });
    const team = new Team(packing, {
      size,
      threads,
      help: (task) => {
        const helping = this.#runner.run(task);
        group.add(helping);
        return helping;
      },
    });
    const { task, transfer } = makeTask(destination.place, team.packing, destination.transfer);
    const leading = this.#share.lead(team, () => this.#runner.run(task, { transfer }));
    group.add(leading);
    group.add(destination.handed);
    try {
      await group.ended();
    } catch (error) {
      // A thread may still use the slots that it had.
      this.#arenas.clear();
      throw error;
    }
    this.#slots.give([...team.slots, ...destination.slots]);
    return { ...(await leading), helping: await team.helped() };
  }

  #pack(compression: CompressionSetting): Packing {
    if (compression.kind === 'none') return compression;
    const size = slotSize(makeCodec(compression));
    const arena = this.#arenas.get(size) ?? makeSlotArena(2 * this.#threads, size);
    this.#arenas.set(size, arena);
    const [own = new Uint8Array(0)] = this.#slots.take(1, size);
    return { ...compression, memory: makeBlockQueue(own, arena) };
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

interface TeamOptions {
  /** Bytes to be compressed. */
  readonly size: number;
  /** The most, the lead among them. */
  readonly threads: number;
  readonly help: (task: CompressTask) => Promise<Timed<undefined>>;
}

/** Those who compress a blob, if it is compressed. */
class Team implements SharedWork {
  readonly packing: Packing;
  readonly #options: TeamOptions;
  readonly #helping: Promise<Timed<undefined>>[] = [];

  constructor(packing: Packing, options: TeamOptions) {
    this.packing = packing;
    this.#options = options;
  }

  /** Blocks that are left for each thread, if they are enough for one more. */
  get need(): number {
    if (this.packing.kind === 'none') return 0;
    const { size, threads } = this.#options;
    const members = 1 + this.#helping.length;
    const left = Math.ceil(size / makeCodec(this.packing).blockSize) - countClaimed(this.packing.memory);
    return members < threads && left > members ? left / members : 0;
  }

  /** The slots that only this team used. */
  get slots(): readonly Uint8Array[] {
    return this.packing.kind === 'none' ? [] : [this.packing.memory.own];
  }

  async help(): Promise<void> {
    if (this.packing.kind === 'none') return;
    const helping = this.#options.help({ kind: 'compress', packing: this.packing });
    this.#helping.push(helping);
    await helping.catch(() => {});
  }

  async helped(): Promise<TaskTiming[]> {
    return (await Promise.all(this.#helping)).map(({ timing }) => timing);
  }

  abort(): void {
    if (this.packing.kind !== 'none') closeBlockQueue(this.packing.memory);
  }
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
