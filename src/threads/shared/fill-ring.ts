import { now, type Stopwatch } from '../../ground/timing.js';
import type { ByteSource } from '../../layer/byte-source.js';
import type { RingFiller } from './ring.js';

interface FillOptions {
  /** Called after each chunk. */
  readonly onFilled?: (() => void) | undefined;
  readonly watch: Stopwatch;
}

/** Fills chunks with the bytes of a source up to its end. False if the ring was closed before that. */
export function fillRing(
  filler: RingFiller,
  source: Pick<ByteSource, 'read'>,
  { onFilled, watch }: FillOptions,
): boolean {
  for (;;) {
    const asked = now();
    const room = filler.room();
    if (room === undefined) return false;
    watch.waited('room', asked);
    const length = source.read(room);
    if (length > 0) {
      filler.filled(length);
      onFilled?.();
    }
    if (length < room.length) return true;
  }
}
