/**
 * The layers of an image on their way: first what they are made of, then their listing, then their digest, then
 * their bytes.
 */
import { threadId } from 'node:worker_threads';
import type { TaskKind } from '../events/events.js';
import type { ByteTarget } from '../ground/byte-target.js';
import { Deferred } from '../ground/deferred.js';
import { LayerstreamError } from '../ground/errors.js';
import { now, Stopwatch, type TaskTiming } from '../ground/timing.js';
import type { ImageLayer } from '../image/image.js';
import type { BuildInputs } from '../inputs/inputs.js';
import { writeChecked } from '../layer/content-digest.js';
import type { LayerContent } from '../layer/source.js';
import type { Digest } from '../oci/digest.js';
import type { TreeSpec } from '../scan/spec.js';
import type { TimedBlob } from '../threads/blob-team.js';
import type { LayerHash } from '../threads/messages.js';
import type { LayerRead } from '../threads/reader.js';

export interface LayerPlan {
  readonly index: number;
  /** A base layer's own name. */
  readonly name: string | undefined;
  /** What the history says that it is made of. */
  readonly paths: readonly string[];
  /** What to walk; undefined where the content is there from the start. */
  readonly spec: TreeSpec | undefined;
  /** Digest that an input gives, to be compared with the layer's bytes. */
  readonly announced: Digest | undefined;
  /** Whether its bytes are made here; a base image's are copied, and may be compressed. */
  readonly isOwn: boolean;
}

/** All layers of an image, in order: the base's, the store's, the customisation layer. */
export function planLayers(inputs: BuildInputs): { plan: LayerPlan; content: LayerContent | undefined }[] {
  const base = (inputs.base?.layers ?? []).map(({ name, diffId, content }) => ({
    plan: { name, paths: [name], spec: undefined, announced: diffId, isOwn: false },
    content,
  }));
  const trees = inputs.trees.map(({ paths, spec }) => ({
    plan: { name: undefined, paths, spec, announced: undefined, isOwn: true },
    content: undefined,
  }));
  const ready = (inputs.ready === undefined ? [] : [inputs.ready]).map(({ paths, content, announced }) => ({
    plan: { name: undefined, paths, spec: undefined, announced, isOwn: true },
    content,
  }));
  return [...base, ...trees, ...ready].map(({ plan, content }, index) => ({ plan: { index, ...plan }, content }));
}

export interface LayerObserver {
  /** When the next layer's turn to be written came, in milliseconds since the epoch. */
  readonly turn: number;
  onBytes(count: number): void;
  onTask(kind: TaskKind, layer: BuildLayer, done: { readonly bytes: number; readonly timing: TaskTiming }): void;
  onHashed(layer: BuildLayer, diffId: Digest): void;
  onWritten(layer: BuildLayer, diffId: Digest): void;
}

export class BuildLayer implements ImageLayer {
  readonly plan: LayerPlan;
  readonly #observer: LayerObserver;
  readonly #verify: boolean;
  readonly #scanned = new Deferred<void>();
  readonly #digest = new Deferred<Digest>();
  readonly #read = new Deferred<LayerRead>();
  #content: LayerContent | undefined;
  /** When its content became known, in milliseconds since the epoch. */
  #scannedAt = 0;
  #isKnown = false;

  constructor(
    plan: LayerPlan,
    options: { content: LayerContent | undefined; verify: boolean; observer: LayerObserver },
  ) {
    this.plan = plan;
    if (options.content !== undefined) this.setContent(options.content);
    this.#observer = options.observer;
    // A base image's word is taken for what its layers are, and proven while they are written.
    this.#verify = options.verify || !plan.isOwn;
    if (!plan.isOwn && plan.announced !== undefined) this.#digest.resolve(plan.announced);
  }

  get name(): string | undefined {
    return this.plan.name;
  }

  /** Whether its digest was known before anything of it was hashed. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Known once the layer is scanned. */
  get content(): LayerContent {
    if (this.#content === undefined) throw new TypeError(`layer ${this.plan.index} is not scanned yet`);
    return this.#content;
  }

  get size(): number {
    return this.content.size;
  }

  get entries(): number {
    const listings = this.#content?.kind === 'tree' ? this.#content.listings : [];
    return listings.reduce((total, { count }) => total + count, 0);
  }

  /** How messages call it. */
  get label(): string {
    const [path] = this.plan.paths;
    return `layer ${this.plan.index + 1}${path === undefined ? '' : ` (${path})`}`;
  }

  scanned(): Promise<void> {
    return this.#scanned.promise;
  }

  diffId(): Promise<Digest> {
    return this.#digest.promise;
  }

  async writeTo(target: ByteTarget): Promise<void> {
    const turn = Math.max(this.#observer.turn, this.#scannedAt);
    const read = await this.#read.promise;
    // Whoever names a layer by its digest has waited for it already.
    const watch = new Stopwatch(threadId, turn);
    watch.waited('digest', turn);
    const counted: ByteTarget = {
      write: async (bytes) => {
        await target.write(bytes);
        this.#observer.onBytes(bytes.length);
      },
    };
    const copy = async (to: ByteTarget): Promise<void> => {
      const { timing, sum } = await read.copyTo(to, watch);
      this.#observer.onTask('read', this, { bytes: this.size, timing });
      if (sum !== undefined && this.plan.isOwn) this.setHash(sum);
    };
    // One of our own is its bytes, whatever they begin with.
    const check = {
      name: this.label,
      diffId: this.#digest.promise,
      sum: this.plan.isOwn ? 'bytes' : 'content',
    } as const;
    await (this.#verify ? writeChecked(check, counted, copy) : copy(counted));
    this.#observer.onTask('write', this, { bytes: this.size, timing: watch.stop() });
    this.#observer.onWritten(this, await this.#digest.promise);
  }

  setContent(content: LayerContent): void {
    this.#content = content;
    this.#scannedAt = now();
    this.#scanned.resolve();
  }

  /** Takes over what an earlier build hashed. */
  setKnown(diffId: Digest): void {
    this.#isKnown = true;
    this.#digest.resolve(diffId);
  }

  /** @throws {LayerstreamError} `DIGEST_MISMATCH` where an input gives another digest. */
  setHash({ diffId, timing }: LayerHash): void {
    this.#compare(diffId);
    this.#observer.onTask('digest', this, { bytes: this.size, timing });
    this.#observer.onHashed(this, diffId);
    this.#digest.resolve(diffId);
  }

  /** @throws {LayerstreamError} `DIGEST_MISMATCH` where an input gives another digest. */
  setBlob({ value, timing, helping }: TimedBlob): void {
    this.#compare(value.diffId);
    this.#observer.onTask('blob', this, { bytes: this.size, timing });
    for (const help of helping) this.#observer.onTask('compress', this, { bytes: this.size, timing: help });
    this.#observer.onHashed(this, value.diffId);
    this.#observer.onWritten(this, value.diffId);
    this.#digest.resolve(value.diffId);
  }

  #compare(diffId: Digest): void {
    const { announced } = this.plan;
    if (announced !== undefined && announced !== diffId) throw digestMismatch(this, announced, diffId);
  }

  setRead(read: LayerRead): void {
    this.#read.resolve(read);
  }

  /** Wakes whoever waits for this layer. */
  fail(error: unknown): void {
    this.#scanned.reject(error);
    this.#digest.reject(error);
    this.#read.reject(error);
  }
}

function digestMismatch({ plan, label }: BuildLayer, announced: Digest, found: Digest): LayerstreamError {
  const path = plan.paths[0] ?? '';
  if (!plan.isOwn) {
    return new LayerstreamError(
      'DIGEST_MISMATCH',
      `${label} was announced as ${announced}, but its bytes are ${found}`,
      {
        hint: 'The base image is damaged: make it anew.',
      },
    );
  }
  return new LayerstreamError(
    'DIGEST_MISMATCH',
    `customisation layer ${path}: its checksum says ${announced}, but its layer.tar is ${found}`,
    { path, hint: 'The path is damaged: repair it, or build it again.' },
  );
}
