import { constants } from 'node:os';
import { drainPipes, holdsPipe } from '../files/pipes.js';

/** Milliseconds after which the process is ended in another way. A pipe is drained in one. */
const PATIENCE = 5000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A container's first process: its own signals do not end it, nor do those that it has no handler for (pid_namespaces(7)). */
const IS_FIRST = process.pid === 1;

/** In the order of their being called. */
let cleanUps: readonly (() => void)[] = [];

/** To be called when the program begins. */
export function watchSignals(): void {
  if (IS_FIRST) watch();
}

/**
 * On a signal: cleans up and dies of the signal, so that a shell sees what happened. Waits for nothing: threads go
 * with the process, and a write into a full pipe may never return.
 *
 * Returns what takes that away again.
 */
export function cleanUpOnSignal(cleanUp: () => void): () => void {
  if (cleanUps.length === 0 && !IS_FIRST) watch();
  cleanUps = [...cleanUps, cleanUp];
  return () => {
    cleanUps = cleanUps.filter((other) => other !== cleanUp);
    if (cleanUps.length === 0 && !IS_FIRST) unwatch();
  };
}

function watch(): void {
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

function unwatch(): void {
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

function onSignal(signal: NodeJS.Signals): void {
  unwatch();
  for (const cleanUp of cleanUps) attempt(cleanUp);
  process.kill(process.pid, signal);
  // Still here, and what is still at work will fail for want of what was removed: nobody should read of that.
  process.stderr.write = () => true;
  exitSoon(128 + constants.signals[signal], performance.now() + PATIENCE);
}

/** What cannot be removed is left: the next build removes it, and the process dies of the signal all the same. */
export function attempt(cleanUp: () => void): void {
  try {
    cleanUp();
  } catch {
    // As said.
  }
}

/** An exit waits for libuv's threads, and a write into a full pipe keeps one of them for ever. Other work ends soon. */
function exitSoon(status: number, end: number): void {
  if (!process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq')) || !holdsPipe()) process.exit(status);
  if (performance.now() > end) process.abort();
  // Its reader gets a part of an image in any case.
  drainPipes();
  setTimeout(() => exitSoon(status, end), 1);
}
