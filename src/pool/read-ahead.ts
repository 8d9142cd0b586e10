import type { MessagePort } from 'node:worker_threads';
import { threadId } from 'node:worker_threads';
import { toPlainError } from '../errors.js';
import { ProvenSource } from '../layer/proven-source.js';
import { now, Stopwatch } from '../timing.js';
import type { FromReader, ReaderData, ToReader } from './messages.js';

/**
 * The reader's thread: fills free chunks with the bytes of the layers it is asked for, one layer after the other,
 * and so stays ahead of the writer by as many chunks as there are.
 */
export function serveReads(port: MessagePort, data: ReaderData): void {
  const free = data.chunks.map((_, i) => i);
  const jobs: Extract<ToReader, { type: 'read' }>[] = [];
  let open: { source: ProvenSource; watch: Stopwatch } | undefined;

  /** Since when there is no chunk to fill. */
  let full: number | undefined;

  const post = (message: FromReader): void => port.postMessage(message);

  const fill = (index: number): void => {
    const chunk = data.chunks[index];
    const job = jobs[0];
    if (chunk === undefined || job === undefined) return;
    open ??= { source: new ProvenSource(job.content, job.diffId), watch: new Stopwatch(threadId) };
    const length = open.source.read(chunk);
    if (length > 0) {
      free.pop();
      post({ type: 'filled', chunk: index, length });
    }
    if (length === chunk.length) return;
    open.source.close();
    post({ type: 'end', timing: open.watch.stop() });
    open = undefined;
    jobs.shift();
  };

  port.on('message', (message: ToReader) => {
    if (message.type === 'free') free.push(message.chunk);
    else jobs.push(message);
    if (full !== undefined) open?.watch.waited('room', full);
    full = undefined;
    try {
      for (let index = free.at(-1); index !== undefined && jobs.length > 0; index = free.at(-1)) fill(index);
      if (jobs.length > 0) full = now();
    } catch (error) {
      jobs.length = 0;
      open?.source.close();
      open = undefined;
      post({ type: 'failed', error: toPlainError(error) });
    }
  });
}
