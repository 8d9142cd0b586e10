/**
 * How threads that share memory report changes in it to each other: a count of them to wait for, and a mark
 * that ends all waits. Threads wait with their event loops blocked; the main thread must not.
 */

/** Where these are among a memory's cells; its own come after them. */
export const CHANGE_CELLS = {
  /** 1 when nobody shall go on. */
  closed: 0,
  /** Counts changes of the other cells. */
  changes: 1,
} as const;

/** Wakes all that wait, after a change of the other cells. */
export function announce(cells: Int32Array): void {
  Atomics.add(cells, CHANGE_CELLS.changes, 1);
  Atomics.notify(cells, CHANGE_CELLS.changes);
}

/** Ends all waits, now and later. */
export function close(cells: Int32Array): void {
  Atomics.store(cells, CHANGE_CELLS.closed, 1);
  announce(cells);
}

export function isClosed(cells: Int32Array): boolean {
  return Atomics.load(cells, CHANGE_CELLS.closed) !== 0;
}

/** To be asked for before the other cells are looked at: no later change is then missed by `awaitChange`. */
export function countChanges(cells: Int32Array): number {
  return Atomics.load(cells, CHANGE_CELLS.changes);
}

/** Waits until there were more changes than had been seen. */
export function awaitChange(cells: Int32Array, seen: number): void {
  Atomics.wait(cells, CHANGE_CELLS.changes, seen);
}
