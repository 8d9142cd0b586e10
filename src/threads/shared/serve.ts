import type { MessagePort } from 'node:worker_threads';
import { type PlainError, toPlainError } from '../../ground/errors.js';
import { closeRing, type RingMemory } from './ring.js';

/** What the thread of a stream reports when it fails. */
export interface Failed {
  readonly type: 'failed';
  readonly error: PlainError;
}

/** Serves the messages of a port one after the other. A failure is reported, and closes the ring. */
export function serveInTurn<T>(port: MessagePort, ring: RingMemory, serve: (message: T) => Promise<void>): void {
  const serveOne = async (message: T): Promise<void> => {
    try {
      await serve(message);
    } catch (error) {
      port.postMessage({ type: 'failed', error: toPlainError(error) } satisfies Failed);
      closeRing(ring);
    }
  };
  let before = Promise.resolve();
  port.on('message', (message: T) => {
    before = before.then(() => serveOne(message));
  });
}
