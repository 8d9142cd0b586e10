import type { CompressionKind } from '../compression/kind.js';
import type { BuildEvent, BuildListener, BuildSummary, PassSummary, TaskKind } from '../events/events.js';
import { Deferred } from '../ground/deferred.js';
import { now, type TaskTiming } from '../ground/timing.js';
import type { StoredLayer } from '../image/blob-store.js';
import type { BuiltImage } from '../image/image.js';
import { layerFiles } from '../layer/files.js';
import type { Digest } from '../oci/digest.js';
import { readCounter } from '../threads/shared/counter.js';
import type { PipelineLayer } from './layer.js';
import type { LayerObserver, ServedLayer } from './layer-services.js';

/** Milliseconds between two events of progress. */
const PROGRESS_INTERVAL = 100;

export interface PlannedWork {
  readonly toHash: readonly PipelineLayer[];
  readonly toWrite: readonly PipelineLayer[];
  /** How layers become blobs, if they do. */
  readonly blobs?: CompressionKind;
}

/** Keeps count of a build, and reports to its listener. */
export class Tally implements LayerObserver {
  turn = now();
  readonly #hashed: BigInt64Array;
  /** Bytes that earlier builds of the session hashed. */
  readonly #before: number;
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
  #scannedPaths = 0;
  #scannedEntries = 0;
  #written = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `hashed` counts the bytes that threads hashed. */
  constructor(listener: BuildListener | undefined, hashed: BigInt64Array) {
    this.#hashed = hashed;
    this.#before = readCounter(hashed);
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

  onTask(task: TaskKind, layer: ServedLayer, { bytes, timing }: { bytes: number; timing: TaskTiming }): void {
    this.#passes[task].add(bytes, timing);
    this.emit({ type: 'task', task, layer: layer.plan.index, bytes, timing });
  }

  started(layers: readonly PipelineLayer[], how: { workers: number; singlePass: boolean }): void {
    const trees = layers.filter(({ plan }) => plan.source.kind === 'tree');
    this.emit({
      type: 'started',
      layers: layers.length,
      origins: layers.map(({ origin }) => origin),
      toScan: trees.length,
      pathsToScan: sum(trees, ({ paths }) => paths.length),
      ...how,
    });
  }

  /** A part of a layer was walked. */
  scannedPart({ paths, entries }: { readonly paths: number; readonly entries: number }): void {
    this.#scannedPaths += paths;
    this.#scannedEntries += entries;
  }

  scanned(layer: PipelineLayer): void {
    const { index, paths } = layer.plan;
    const { content } = layer;
    this.emit({
      type: 'layer-scanned',
      layer: index,
      paths,
      pathSizes: layer.pathSizes ?? [],
      entries: layer.entries,
      size: layer.bytes,
      files: () => layerFiles(content),
    });
  }

  planned(layers: readonly PipelineLayer[], work: PlannedWork): void {
    const toHash = new Set(work.toHash);
    // The stream may have begun.
    if (this.#written === 0) this.turn = now();
    this.emit({
      type: 'planned',
      toHash: sum(work.toHash, (layer) => layer.bytes),
      toWrite: sum(work.toWrite, (layer) => layer.bytes),
      entries: sum(layers, (layer) => layer.entries),
      blobs: work.blobs,
      layers: layers.map((layer) => ({ size: layer.bytes, entries: layer.entries, isHashed: toHash.has(layer) })),
    });
  }

  warn(message: string): void {
    this.emit({ type: 'warning', message });
  }

  onHashed(layer: ServedLayer, diffId: Digest): void {
    this.emit({ type: 'layer-hashed', layer: layer.plan.index, diffId, size: layer.bytes });
  }

  onBytes(count: number): void {
    this.#written += count;
  }

  onWritten(layer: ServedLayer, diffId: Digest): void {
    this.turn = now();
    const { plan, bytes, isKnown } = layer;
    this.emit({ type: 'layer-written', layer: plan.index, diffId, size: bytes, isKnown });
  }

  onStored(layer: ServedLayer, { diffId, digest, size, compression, outcome }: StoredLayer): void {
    this.emit({ type: 'layer-stored', layer: layer.plan.index, diffId, digest, size, compression, outcome });
  }

  finish(image: BuiltImage & { readonly repoTags: readonly string[] }, layers: readonly PipelineLayer[]): BuildSummary {
    this.#progress();
    const summary: BuildSummary = {
      imageId: image.imageId,
      names: image.repoTags,
      layers: image.diffIds.map((diffId, i) => ({
        diffId,
        size: layers[i]?.bytes ?? 0,
        entries: layers[i]?.entries ?? 0,
        paths: layers[i]?.plan.paths ?? [],
        isKnown: layers[i]?.isKnown ?? false,
      })),
      entries: sum(layers, (layer) => layer.entries),
      bytes: sum(layers, (layer) => layer.bytes),
      compressedSize: image.compressedSize,
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
    this.emit({
      type: 'progress',
      scannedPaths: this.#scannedPaths,
      scannedEntries: this.#scannedEntries,
      hashed: readCounter(this.#hashed) - this.#before,
      written: this.#written,
    });
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
