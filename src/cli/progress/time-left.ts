import { type Load, lessLoad, Pace } from './pace.js';
import { type BuildPlan, entriesAfter, PendingLayers } from './plan.js';

/** Bytes hashed and written until `at`, in seconds of any clock. */
export interface Sample {
  readonly at: number;
  readonly hashed: number;
  readonly written: number;
}

/** Bytes that the stream writes while one thread hashes a byte, roughly. Used only until the stream is observed. */
const STREAMED_PER_HASHED = 2;

/**
 * How much faster the stream is once nothing is hashed at the same time. For a slow consumer that is 1, and 2 for a
 * fast one if all cores were hashing. Which it is shows only then.
 */
const FREED = 2;

/**
 * Estimates how long a build will still take, from its recent pace.
 *
 * The build ends when the stream ends, and the stream cannot write a layer before its digest is known. So the build
 * ends no earlier than hashing does, than the stream would at its own pace, and than the stream would if it went on
 * from any layer that is still to be hashed. The stream's own pace is learned only while it has something to write: its
 * wait for the digest of a giant layer says nothing about it. If layers are hashed while they are written, none waits.
 */
export class TimeLeft {
  readonly #plan: BuildPlan;
  readonly #pending: PendingLayers;
  readonly #hashPace = new Pace();
  readonly #streamPace = new Pace();
  #hashesAlong = false;
  #last: { readonly sample: Sample; readonly toHash: Load; readonly toWrite: Load; readonly ready: number } | undefined;

  constructor(plan: BuildPlan) {
    this.#plan = plan;
    this.#pending = new PendingLayers(plan);
  }

  /** Called before the sample that has the last of the layer's bytes. */
  layerHashed(layer: number): void {
    this.#pending.layerHashed(layer);
  }

  /** The work that is left of both passes. */
  workLeft({ hashed, written }: Omit<Sample, 'at'>): { readonly toHash: Load; readonly toWrite: Load } {
    return { toHash: this.#pending.left(hashed), toWrite: this.#unwritten(written) };
  }

  /** Seconds until the build ends, judged by all samples up to this one; undefined while they are too few. */
  after(sample: Sample): number | undefined {
    const { toHash, toWrite } = this.workLeft(sample);
    this.#learn(sample, toHash, toWrite);
    const hashing = toHash.bytes > 0 ? this.#hashPace.secondsFor(toHash) : 0;
    let left = toWrite.bytes > 0 ? this.#streamSeconds(toWrite) : 0;
    if (hashing === undefined || left === undefined) return undefined;
    if (this.#hashesAlong) return Math.max(left, hashing);
    if (toHash.bytes > 0) left = hashing + Math.max(0, left - hashing) / FREED;
    for (const layer of this.#pending.each(sample.hashed)) {
      const hashedIn = (this.#hashPace.secondsFor(layer.left) ?? 0) * this.#pending.busy;
      const streamed = this.#streamSeconds(this.#unwritten(Math.max(sample.written, layer.before))) ?? 0;
      left = Math.max(left, Math.min(hashing, hashedIn) + streamed);
    }
    return left;
  }

  #learn(sample: Sample, toHash: Load, toWrite: Load): void {
    const { ready } = this.#pending;
    if (sample.written > ready) this.#hashesAlong = true;
    const last = this.#last;
    if (last !== undefined && sample.at <= last.sample.at) return;
    this.#last = { sample, toHash, toWrite, ready };
    if (last === undefined) return;
    const seconds = sample.at - last.sample.at;
    if (last.toHash.bytes > 0) this.#hashPace.add(lessLoad(last.toHash, toHash), seconds);
    const hadEnough = this.#hashesAlong || sample.written < last.ready;
    if (hadEnough && last.toWrite.bytes > 0) this.#streamPace.add(lessLoad(last.toWrite, toWrite), seconds);
    // From here on the stream has the processor to itself.
    if (last.toHash.bytes > 0 && toHash.bytes === 0) this.#streamPace.doubt();
  }

  #streamSeconds(load: Load): number | undefined {
    const observed = this.#streamPace.secondsFor(load);
    if (observed !== undefined) return observed;
    const hashed = this.#hashPace.secondsFor(load);
    return hashed === undefined ? undefined : (hashed * this.#pending.busy) / STREAMED_PER_HASHED;
  }

  /** The work of the stream after the image's first `bytes`. */
  #unwritten(bytes: number): Load {
    // If layers become blobs, there is no stream that opens files.
    if (this.#plan.toWrite === 0) return { bytes: 0, entries: 0 };
    return { bytes: Math.max(0, this.#plan.toWrite - bytes), entries: entriesAfter(this.#plan, bytes) };
  }
}
