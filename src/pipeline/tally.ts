import type { CompressionKind } from '../compression/kind.js';
import type { BuildEvent, BuildListener, BuildSummary, PassSummary, TaskKind } from '../events/events.js';
import { Deferred } from '../ground/deferred.js';
import { now, type TaskTiming } from '../ground/timing.js';
import { layerFiles } from '../layer/files.js';
import type { Digest } from '../oci/digest.js';
import type { BuildLayer } from './layers.js';

/** Milliseconds between two events of progress. */
const PROGRESS_INTERVAL = 100;

export interface PlannedWork {
  readonly toHash: readonly BuildLayer[];
  readonly toWrite: readonly BuildLayer[];
  /** How layers become blobs, where they do. */
  readonly blobs?: CompressionKind;
}

/** Keeps count of a build, tells its listener, and hashes it up. */
export class Tally {
  turn = now();
  readonly #hashed: BigInt64Array;
  readonly #listener: BuildListener | undefined;
  readonly #start = performance.now();
  readonly #passes: Readonly<Record<TaskKind, Pass>> = {
    scan: new Pass(),
    digest: new Pass(),
    read: new Pass(),
    write: new Pass(),
    blob: new Pass(),
    compress: new Pass(),
  };
  readonly #failed = new Deferred<never>();
  #written = 0;
  #timer: NodeJS.Timeout | undefined;

  /** The cell holds the bytes hashed so far. */
  constructor(listener: BuildListener | undefined, hashed: BigInt64Array) {
    this.#hashed = hashed;
    this.#listener = listener;
    if (listener !== undefined) this.#timer = setInterval(() => this.#progress(), PROGRESS_INTERVAL).unref();
  }

  /** Rejects when the listener throws. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  emit(event: BuildEvent): void {
    try {
      this.#listener?.(event);
    } catch (error) {
      this.#failed.reject(error);
    }
  }

  onTask(task: TaskKind, layer: BuildLayer, { bytes, timing }: { bytes: number; timing: TaskTiming }): void {
    this.#passes[task].add(bytes, timing);
    this.emit({ type: 'task', task, layer: layer.plan.index, bytes, timing });
  }

  started(layers: readonly BuildLayer[], how: { workers: number; singlePass: boolean }): void {
    const toScan = layers.filter((layer) => layer.plan.spec !== undefined).length;
    this.emit({ type: 'started', layers: layers.length, toScan, ...how });
  }

  scanned(layer: BuildLayer): void {
    const { index, paths } = layer.plan;
    const { content } = layer;
    this.emit({
      type: 'layer-scanned',
      layer: index,
      paths,
      entries: layer.entries,
      size: layer.size,
      files: () => layerFiles(content),
    });
  }

  planned(layers: readonly BuildLayer[], work: PlannedWork): void {
    const toHash = new Set(work.toHash);
    // The stream may have begun.
    if (this.#written === 0) this.turn = now();
    this.emit({
      type: 'planned',
      toHash: sum(work.toHash, (layer) => layer.size),
      toWrite: sum(work.toWrite, (layer) => layer.size),
      entries: sum(layers, (layer) => layer.entries),
      blobs: work.blobs,
      layers: layers.map((layer) => ({ size: layer.size, entries: layer.entries, isHashed: toHash.has(layer) })),
    });
  }

  warn(message: string): void {
    this.emit({ type: 'warning', message });
  }

  onHashed(layer: BuildLayer, diffId: Digest): void {
    this.emit({ type: 'layer-hashed', layer: layer.plan.index, diffId, size: layer.size });
  }

  onBytes(count: number): void {
    this.#written += count;
  }

  onWritten(layer: BuildLayer, diffId: Digest): void {
    this.turn = now();
    this.emit({ type: 'layer-written', layer: layer.plan.index, diffId, size: layer.size });
  }

  finish(
    image: { imageId: Digest; repoTag: string; diffIds: readonly Digest[] },
    layers: readonly BuildLayer[],
  ): BuildSummary {
    this.#progress();
    const summary: BuildSummary = {
      imageId: image.imageId,
      repoTag: image.repoTag,
      layers: image.diffIds.map((diffId, i) => ({
        diffId,
        size: layers[i]?.size ?? 0,
        entries: layers[i]?.entries ?? 0,
        paths: layers[i]?.plan.paths ?? [],
        isKnown: layers[i]?.isKnown ?? false,
      })),
      entries: sum(layers, (layer) => layer.entries),
      bytes: sum(layers, (layer) => layer.size),
      seconds: (performance.now() - this.#start) / 1000,
      passes: {
        scan: this.#passes.scan.summary,
        digest: this.#passes.digest.summary,
        stream: this.#passes.write.summary,
        blob: this.#passes.blob.summary,
      },
      peakMemory: process.resourceUsage().maxRSS * 1024,
    };
    this.emit({ type: 'finished', summary });
    return summary;
  }

  /** No event comes after this. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #progress(): void {
    this.emit({ type: 'progress', hashed: Number(Atomics.load(this.#hashed, 0)), written: this.#written });
  }
}

class Pass {
  #bytes = 0;
  #start = Number.POSITIVE_INFINITY;
  #end = Number.NEGATIVE_INFINITY;

  add(bytes: number, timing: TaskTiming): void {
    this.#bytes += bytes;
    this.#start = Math.min(this.#start, timing.start);
    this.#end = Math.max(this.#end, timing.end);
  }

  get summary(): PassSummary {
    return { bytes: this.#bytes, seconds: this.#bytes > 0 ? Math.max(0, this.#end - this.#start) / 1000 : 0 };
  }
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
