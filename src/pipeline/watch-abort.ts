import { LayerstreamError } from '../ground/errors.js';

/** A promise that rejects with `ABORTED` when the signal fires; `stop` takes the listener away again. */
export function watchAbort(signal: AbortSignal | undefined): { promise: Promise<never>; stop: () => void } {
  let stop = (): void => {};
  const promise = new Promise<never>((_, reject) => {
    const onAbort = (): void =>
      reject(new LayerstreamError('ABORTED', 'the build was aborted', { cause: signal?.reason }));
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    stop = () => signal?.removeEventListener('abort', onAbort);
  });
  promise.catch(() => {});
  return { promise, stop };
}
