import { type BlockCodec, compressedBound } from '../../compression/block-codec.js';
import { LayerstreamError } from '../../ground/errors.js';
import { now, type Stopwatch } from '../../ground/timing.js';
import { type BlockQueueMemory, QueueLead, QueueMember } from '../shared/block-queue.js';

/** The bytes to be compressed, in order. */
export interface BlockSource {
  /** Bytes that are still to come. */
  readonly rest: number;
  /** Fills all of `target`, which is no longer than `rest`. */
  fill(target: Uint8Array): void;
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
  for (;;) {
    lead.look();
    if (lead.isClosed) throw new LayerstreamError('ABORTED', 'a thread that compressed a layer with others failed');
    const finished = lead.finished();
    const room = source.rest > 0 ? lead.room() : undefined;
    if (finished !== undefined) {
      write(finished);
      lead.taken();
    } else if (room !== undefined) {
      const block = filler.fill(room);
      frame.update(block);
      lead.filled(block.length);
    } else if (!compressNext(lead, codec)) {
      if (lead.isEmpty) break;
      waitForOthers(lead, watch);
    }
  }
  write(frame.tail());
}

/** A helper's work: compresses blocks until the team is closed. */
export function helpBlocks({ codec, memory, watch }: BlockWork): void {
  const member = new QueueMember(memory);
  for (;;) {
    member.look();
    if (member.isClosed) return;
    if (!compressNext(member, codec)) waitForOthers(member, watch);
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
    const block = slot.subarray(dictionarySize, dictionarySize + Math.min(blockSize, this.#source.rest));
    this.#source.fill(block);
    this.#dictionary.set(block.subarray(Math.max(0, block.length - dictionarySize)));
    return block;
  }
}
