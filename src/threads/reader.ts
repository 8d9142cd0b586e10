import type { RingMemory } from './shared/ring.js';
import type { FromReader, ReaderData, ToReader } from './tasks/read.js';
import { Thread } from './thread.js';

const READER = new URL(import.meta.resolve('#workers/reader.cjs'));

export interface ReaderOptions {
  /** For messages. */
  readonly name: string;
  readonly ring: RingMemory;
  readonly onMessage: (message: FromReader) => void;
}

/** Starts a thread that reads layers into a ring: `serveReads`. */
export function startReader({ name, ring, onMessage }: ReaderOptions): Thread<ToReader, FromReader> {
  return new Thread({ name, script: READER, workerData: { ring } satisfies ReaderData, onMessage });
}
