import { Readable } from 'node:stream';
import type { ByteTarget } from '../ground/byte-target.js';

/**
 * A `Readable` of what a producer writes. The producer starts when the stream is first read, and waits while nobody
 * reads. Each chunk is a copy, since a consumer may keep it.
 */
export function readableFrom(produce: (target: ByteTarget) => Promise<void>, cancel: () => void): Readable {
  let started = false;
  let resume: (() => void) | undefined;
  const stream = new Readable({
    read() {
      if (!started) {
        started = true;
        produce(target).then(
          () => stream.push(null),
          (error: Error) => stream.destroy(error),
        );
      }
      resume?.();
    },
    destroy(error, callback) {
      cancel();
      resume?.();
      callback(error);
    },
  });
  const target: ByteTarget = {
    async write(bytes) {
      if (stream.destroyed || stream.push(Buffer.from(bytes))) return;
      await new Promise<void>((resolve) => {
        resume = resolve;
      });
    },
  };
  return stream;
}
