import { constants } from 'node:os';

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
    // Still here: a container's first process, which its own signals do not end (pid_namespaces(7)).
    setTimeout(() => exitAs(signal), PATIENCE);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return remove;
}

/** Ends with the status by which shells report a signal. */
function exitAs(signal: NodeJS.Signals): never {
  // An exit waits for libuv's threads, and a write into a full pipe would keep it for ever.
  if (process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))) process.abort();
  process.exit(128 + constants.signals[signal]);
}
