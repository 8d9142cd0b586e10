import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import type { Task } from './task.js';

/** Whether a stream goes on during a task: layers are walked before there is one, and blobs are written instead of one. */
export function runsDuringStream({ kind }: Task<unknown>): boolean {
  return kind === 'digest' || kind === 'feed' || kind === 'hash-ring';
}

/** What `nice` does without an argument. */
const NICENESS = 10;

/**
 * Makes this thread give way to all others from now on. A build seldom waits for what hashes layers. The threads that
 * read and write the stream, and the program that takes it, should get a core when they can use it. Linux has a priority
 * for each thread (setpriority(2), "C library/kernel differences"), named by the thread's own ID (proc_thread-self(5)).
 */
export function giveWay(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, NICENESS);
  } catch {
    // Without /proc, or where it is not allowed, threads share the cores as equals.
  }
}
