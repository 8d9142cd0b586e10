import { constants } from 'node:os';
import { holdsPipe } from '../files/pipes.js';

/** Milliseconds that a signal and other work get to end before the process is ended in another way. */
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
    // A container's first process is still here: its own signals do not end it (pid_namespaces(7)).
    const end = (): void => process.exit(128 + constants.signals[signal]);
    if (process.pid === 1 && !wouldWait()) end();
    // What is still at work when the handler returns may be a write that ends soon: only then can the process exit.
    setTimeout(() => (wouldWait() ? process.abort() : end()), PATIENCE);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return remove;
}

/** An exit waits for libuv's threads, and a write into a full pipe keeps one of them for ever. Other work ends soon. */
function wouldWait(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq')) && holdsPipe();
}
