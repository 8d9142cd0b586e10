/** Counts that threads share, for progress. */

/** Makes a cell that starts at 0. */
export function makeCounter(): BigInt64Array {
  return new BigInt64Array(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT));
}

export function readCounter(cell: BigInt64Array): number {
  return Number(Atomics.load(cell, 0));
}

export function adderTo(cell: BigInt64Array): (count: number) => void {
  return (count) => {
    Atomics.add(cell, 0, BigInt(count));
  };
}
