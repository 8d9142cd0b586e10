/** Milliseconds; a signal that ends the process does so at once. */
const PATIENCE = 200;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * On a signal: cleans up and dies of the signal, so that a shell sees what happened. Waits for nothing: threads go
 * with the process, and a write into a full pipe may never return.
 *
 * Returns what takes the handlers away again.
 */
export function cleanUpOnSignal(cleanUp: () => void): () => void {
  const remove = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    remove();
    cleanUp();
    process.kill(process.pid, signal);
    // Still here: a container's first process, which no signal of its own ends.
    setTimeout(() => process.abort(), PATIENCE);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return remove;
}
