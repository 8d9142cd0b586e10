import { type BlockCodec, compressedBound } from '../../compression/block-codec.js';
import { LayerstreamError } from '../../ground/errors.js';
import { now, type Stopwatch } from '../../ground/timing.js';
import { type BlockQueueMemory, QueueLead, QueueMember } from '../shared/block-queue.js';

/** The bytes to be compressed, in order. */
export interface BlockSource {
  /** Whether all bytes were given. It may turn out only when no more come. */
  readonly isEnded: boolean;
  /** Gives the next bytes, as many as `target` has room for; fewer only at the end. Returns how many. */
  fill(target: Uint8Array): number;
}

export interface BlockWork {
  readonly codec: BlockCodec;
  readonly memory: BlockQueueMemory;
  readonly watch: Stopwatch;
}

/** Bytes of a slot: a block with its dictionary before it, and later what it was compressed to. */
export function slotSize({ dictionarySize, blockSize }: BlockCodec): number {
  return Math.max(dictionarySize + blockSize, compressedBound(blockSize));
}

/**
 * The lead's work: reads the source block by block, and writes the blob. Whenever there is neither anything to write
 * nor room to read, it compresses a block itself.
 *
 * @throws {LayerstreamError} `ABORTED` if the team was closed by another thread, whose error says why.
 */
export function leadBlocks(
  { codec, memory, watch }: BlockWork,
  { source, write }: { source: BlockSource; write: (bytes: Uint8Array) => void },
): void {
  const lead = new QueueLead(memory);
  const frame = codec.startFrame();
  const filler = new BlockFiller(codec, source);
  write(frame.head);
  if (source.isEnded) lead.complete();
  for (;;) {
    lead.look();
    if (lead.isClosed) throw new LayerstreamError('ABORTED', 'a thread that compressed a layer with others failed');
    const finished = lead.finished();
    const room = source.isEnded ? undefined : lead.room();
    if (finished !== undefined) {
      write(finished);
      lead.taken();
    } else if (room !== undefined) {
      const block = filler.fill(room);
      frame.update(block);
      if (block.length > 0) lead.filled(block.length);
      if (source.isEnded) lead.complete();
    } else if (!compressNext(lead, codec)) {
      if (lead.isEmpty) break;
      waitForOthers(lead, watch);
    }
  }
  write(frame.tail());
}

/** A helper's work: compresses blocks until there will be no more, or the team is closed. */
export function helpBlocks({ codec, memory, watch }: BlockWork): void {
  const member = new QueueMember(memory);
  member.join();
  for (;;) {
    member.look();
    if (member.isClosed) return;
    const { isComplete } = member;
    if (compressNext(member, codec)) continue;
    if (isComplete) return;
    waitForOthers(member, watch);
  }
}

function waitForOthers(member: QueueMember, watch: Stopwatch): void {
  const asked = now();
  member.wait();
  watch.waited('bytes', asked);
}

/** Compresses the next block that nobody does. False where there is none. */
function compressNext(member: QueueMember, codec: BlockCodec): boolean {
  const claimed = member.claim();
  if (claimed === undefined) return false;
  const { index, slot, length } = claimed;
  const start = codec.dictionarySize;
  const dictionary = index === 0 || start === 0 ? undefined : slot.subarray(0, start);
  claimed.finish(codec.compress(slot.subarray(start, start + length), dictionary));
  return true;
}

/** Fills slots: first the dictionary, then the block. */
class BlockFiller {
  readonly #codec: BlockCodec;
  readonly #source: BlockSource;
  /** The end of the block before; its slot may hold something else by now. */
  readonly #dictionary: Uint8Array;

  constructor(codec: BlockCodec, source: BlockSource) {
    this.#codec = codec;
    this.#source = source;
    this.#dictionary = new Uint8Array(codec.dictionarySize);
  }

  /** Gives the block; it is shorter than others only at the end of the source. */
  fill(slot: Uint8Array): Uint8Array {
    const { dictionarySize, blockSize } = this.#codec;
    slot.set(this.#dictionary);
    const length = this.#source.fill(slot.subarray(dictionarySize, dictionarySize + blockSize));
    const block = slot.subarray(dictionarySize, dictionarySize + length);
    this.#dictionary.set(block.subarray(Math.max(0, block.length - dictionarySize)));
    return block;
  }
}
