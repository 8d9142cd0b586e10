import { threadId } from 'node:worker_threads';
import type { ByteRange, ByteTarget } from '../ground/byte-target.js';
import { Deferred } from '../ground/deferred.js';
import { now, Stopwatch, type TaskTiming } from '../ground/timing.js';
import type { Layer } from '../image/image.js';
import type { LayerPlan } from '../inputs/plan.js';
import type { LayerContent } from '../layer/source.js';
import type { Digest } from '../oci/digest.js';
import { pathSizes } from '../scan/path-sizes.js';
import type { LayerOrigin } from '../scan/spec.js';
import type { LayerHash } from '../threads/tasks/hash.js';
import { digestMismatch, outputMismatch, pathMissing, sizeMismatch } from './layer-errors.js';
import type {
  BlobTiming,
  Hashing,
  LayerObserver,
  LayerOptions,
  LayerServices,
  ServedLayer,
  TakenRead,
} from './layer-services.js';

/** A layer on its way: first its plan, then its content, then its digest, then its bytes. */
export class PipelineLayer implements Layer, ServedLayer {
  readonly plan: LayerPlan;
  readonly #observer: LayerObserver;
  readonly #services: LayerServices;
  readonly #hashing: Hashing;
  readonly #content = new Deferred<LayerContent>();
  readonly #diffId = new Deferred<Digest>();
  /** Resolves when it is certain that the bytes have the diffID: they were hashed, now or by an earlier build. */
  readonly #proven = new Deferred<Digest>();
  readonly #lineHash = new Deferred<LayerHash>();
  #found: LayerContent | undefined;
  /** When its content became known, in milliseconds since the epoch. */
  #scannedAt = 0;
  #isKnown = false;
  #hashed: Promise<Digest> | undefined;

  constructor(plan: LayerPlan, { observer, services, hashing }: LayerOptions) {
    this.plan = plan;
    this.#observer = observer;
    this.#services = services;
    this.#hashing = hashing;
    if (plan.announced?.isTrusted) this.#diffId.resolve(plan.announced.diffId);
    if (plan.source.kind === 'tar') this.setContent(plan.source.content);
    if (plan.source.kind === 'missing') this.#content.reject(pathMissing(this));
  }

  get origin(): LayerOrigin {
    return this.plan.origin;
  }

  get name(): string | undefined {
    return this.plan.name;
  }

  get paths(): readonly string[] {
    return this.plan.paths;
  }

  /** Whether an earlier build had hashed it, so that this one did not. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Whether its files are there. */
  get isHere(): boolean {
    return this.plan.source.kind !== 'missing';
  }

  /** Known when the layer is scanned. */
  get content(): LayerContent {
    if (this.#found === undefined) throw new TypeError(`layer ${this.plan.index} is not scanned yet`);
    return this.#found;
  }

  /** Of the layer as it is written, when it is known. */
  get bytes(): number {
    return this.#found?.size ?? this.plan.expectedSize ?? this.content.size;
  }

  get entries(): number {
    const listings = this.#found?.kind === 'tree' ? this.#found.listings : [];
    return listings.reduce((total, { count }) => total + count, 0);
  }

  /** Bytes of each of its paths in the tar; undefined for a layer that came as a tar, or is not here. */
  get pathSizes(): readonly number[] | undefined {
    return this.#found?.kind === 'tree' ? pathSizes(this.#found.listings) : undefined;
  }

  /** What messages call it. */
  get label(): string {
    const [path] = this.plan.paths;
    return `layer ${this.plan.index + 1}${path === undefined ? '' : ` (${path})`}`;
  }

  /** Resolves when the layer is scanned; others may not be yet. */
  async scanned(): Promise<void> {
    await this.#content.promise;
  }

  async size(): Promise<number> {
    return this.plan.expectedSize ?? (await this.#content.promise).size;
  }

  diffId(): Promise<Digest> {
    if (this.#hashing === 'on-demand' && this.plan.announced?.isTrusted !== true) return this.#proof();
    return this.#diffId.promise;
  }

  async copyTo(target: ByteTarget, range?: ByteRange): Promise<void> {
    const taken = range === undefined ? await this.#services.nextInLine(this) : undefined;
    if (taken === undefined) return this.#copyAlone(target, range);
    let outcome: 'copied' | 'failed' = 'failed';
    try {
      await this.#copyInLine(taken, target);
      outcome = 'copied';
    } finally {
      taken.release(outcome);
    }
  }

  setContent(content: LayerContent): void {
    const { expectedSize } = this.plan;
    if (expectedSize !== undefined && expectedSize !== content.size) {
      throw sizeMismatch(this, expectedSize, content.size);
    }
    this.#found = content;
    this.#scannedAt = now();
    this.#content.resolve(content);
  }

  /** Takes over what an earlier build hashed. */
  setKnown(diffId: Digest): void {
    this.#isKnown = true;
    this.#resolve(diffId);
  }

  /** @throws {LayerstreamError} `DIGEST_MISMATCH` if an input announced another digest */
  setHash({ diffId, timing }: { readonly diffId: Digest; readonly timing: TaskTiming }): void {
    this.#observer.onTask('digest', this, { bytes: this.bytes, timing });
    this.setDiffId(diffId);
    this.#observer.onHashed(this, diffId);
  }

  /** @throws {LayerstreamError} `DIGEST_MISMATCH` if an input announced another digest */
  setDiffId(diffId: Digest): void {
    const { announced } = this.plan;
    if (announced !== undefined && announced.diffId !== diffId) throw digestMismatch(this, announced.diffId, diffId);
    this.#resolve(diffId);
  }

  /** @throws {LayerstreamError} `DIGEST_MISMATCH` if an input announced another digest */
  setBlob({ diffId, ...work }: BlobTiming & { readonly diffId: Digest }): void {
    this.reportBlob(work);
    this.setDiffId(diffId);
    this.#observer.onHashed(this, diffId);
    this.#observer.onWritten(this, diffId);
  }

  reportBlob({ timing, helping }: BlobTiming): void {
    this.#observer.onTask('blob', this, { bytes: this.bytes, timing });
    for (const help of helping) this.#observer.onTask('compress', this, { bytes: this.bytes, timing: help });
  }

  /** What the line hashed when it copied the layer. */
  lineHash(): Promise<LayerHash> {
    return this.#lineHash.promise;
  }

  /** Ends the wait for `lineHash`: the line will not copy the layer. */
  failLine(error: unknown): void {
    this.#lineHash.reject(error);
  }

  /** Wakes all that wait for this layer. */
  fail(error: unknown): void {
    this.#content.reject(error);
    this.#diffId.reject(error);
    this.#proven.reject(error);
    this.#lineHash.reject(error);
  }

  #resolve(diffId: Digest): void {
    this.#diffId.resolve(diffId);
    this.#proven.resolve(diffId);
  }

  /** The diffID when it is certain. */
  #proof(): Promise<Digest> {
    if (this.#hashing === 'scheduled') return this.#proven.promise;
    this.#hashed ??= this.#hash();
    return Promise.race([this.#proven.promise, this.#hashed]);
  }

  async #hash(): Promise<Digest> {
    const { value, timing } = await this.#services.hash(this);
    this.setHash({ diffId: value, timing });
    return value;
  }

  async #copyAlone(target: ByteTarget, range: ByteRange | undefined): Promise<void> {
    const content = await this.#content.promise;
    const diffId = await this.#proof();
    await this.#services.copy({ content, diffId, range }, target);
  }

  async #copyInLine({ read, onlook }: TakenRead, target: ByteTarget): Promise<void> {
    const turn = Math.max(this.#observer.turn, this.#scannedAt);
    // A sink that names a layer by its digest has waited for the digest already.
    const watch = new Stopwatch(threadId, turn);
    watch.waited('digest', turn);
    const counted: ByteTarget = {
      write: async (bytes) => {
        await target.write(bytes);
        this.#observer.onBytes(bytes.length);
      },
    };
    const { timing, hash } = await read.copyTo(counted, { watch, onlook });
    this.#observer.onTask('read', this, { bytes: this.bytes, timing });
    if (hash !== undefined) await this.#takeLineHash(hash);
    const diffId = await this.#proven.promise;
    this.#observer.onTask('write', this, { bytes: this.bytes, timing: watch.stop() });
    this.#observer.onWritten(this, diffId);
  }

  async #takeLineHash(hash: LayerHash): Promise<void> {
    this.#lineHash.resolve(hash);
    if (this.#hashing === 'in-line') return this.setHash(hash);
    const diffId = await this.#proven.promise;
    if (hash.diffId !== diffId) throw outputMismatch(this, diffId, hash.diffId);
  }
}
