import { Digests } from './digests.js';
import { type Load, less } from './load.js';
import { Pace } from './pace.js';
import { type BuildPlan, entriesBehind } from './plan.js';

/** Bytes hashed and written until `at`, in seconds of any clock. */
export interface Sample {
  readonly at: number;
  readonly hashed: number;
  readonly written: number;
}

/** What the stream does while one thread hashes as much, roughly; counts only until the stream was seen to run. */
const STREAMED_PER_HASHED = 2;

/**
 * How much faster the stream is once nothing is hashed beside it. A slow consumer is as slow as before, a fast one twice
 * as fast, where all cores were hashing; which it is shows only then.
 */
const FREED = 2;

/**
 * Tells how long a build will still take, from its recent pace.
 *
 * The build ends when the stream ends, and the stream needs a layer's digest before it can go on with it. So the build
 * ends no sooner than the digests do, than the stream would at its own pace, and than it would from any layer that is
 * still to be hashed. The stream's own pace is learned only while it had something to write: that it waits for a
 * giant's digest says nothing of it. Where sums go along with the writing, no layer is waited for.
 */
export class TimeLeft {
  readonly #plan: BuildPlan;
  readonly #digests: Digests;
  readonly #digestPace = new Pace();
  readonly #streamPace = new Pace();
  #hashesAlong = false;
  #last: { readonly sample: Sample; readonly toHash: Load; readonly toWrite: Load; readonly ready: number } | undefined;

  constructor(plan: BuildPlan) {
    this.#plan = plan;
    this.#digests = new Digests(plan);
  }

  /** To be told before the sample that has the last of its bytes. */
  layerHashed(layer: number): void {
    this.#digests.layerHashed(layer);
  }

  /** Seconds until the build ends, as far as all samples up to this one tell; undefined while they tell too little. */
  after(sample: Sample): number | undefined {
    const toHash = this.#digests.left(sample.hashed);
    const toWrite = this.#behind(sample.written);
    this.#learn(sample, toHash, toWrite);
    const digests = toHash.bytes > 0 ? this.#digestPace.secondsFor(toHash) : 0;
    let left = toWrite.bytes > 0 ? this.#streamSeconds(toWrite) : 0;
    if (digests === undefined || left === undefined) return undefined;
    if (this.#hashesAlong) return Math.max(left, digests);
    if (toHash.bytes > 0) left = digests + Math.max(0, left - digests) / FREED;
    for (const layer of this.#digests.pending(sample.hashed)) {
      const hashedIn = (this.#digestPace.secondsFor(layer.left) ?? 0) * this.#digests.busy;
      const streamed = this.#streamSeconds(this.#behind(Math.max(sample.written, layer.before))) ?? 0;
      left = Math.max(left, Math.min(digests, hashedIn) + streamed);
    }
    return left;
  }

  #learn(sample: Sample, toHash: Load, toWrite: Load): void {
    const { ready } = this.#digests;
    if (sample.written > ready) this.#hashesAlong = true;
    const last = this.#last;
    if (last !== undefined && sample.at <= last.sample.at) return;
    this.#last = { sample, toHash, toWrite, ready };
    if (last === undefined) return;
    const seconds = sample.at - last.sample.at;
    if (last.toHash.bytes > 0) this.#digestPace.add(less(last.toHash, toHash), seconds);
    const hadEnough = this.#hashesAlong || sample.written < last.ready;
    if (hadEnough && last.toWrite.bytes > 0) this.#streamPace.add(less(last.toWrite, toWrite), seconds);
    // From here on the stream has the processor to itself.
    if (last.toHash.bytes > 0 && toHash.bytes === 0) this.#streamPace.doubt();
  }

  #streamSeconds(load: Load): number | undefined {
    const seen = this.#streamPace.secondsFor(load);
    if (seen !== undefined) return seen;
    const hashed = this.#digestPace.secondsFor(load);
    return hashed === undefined ? undefined : (hashed * this.#digests.busy) / STREAMED_PER_HASHED;
  }

  #behind(bytes: number): Load {
    // Where layers become blobs there is no stream that opens files.
    if (this.#plan.toWrite === 0) return { bytes: 0, entries: 0 };
    return { bytes: Math.max(0, this.#plan.toWrite - bytes), entries: entriesBehind(this.#plan, bytes) };
  }
}
