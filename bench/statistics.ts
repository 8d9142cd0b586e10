export interface Spread {
  readonly min: number;
  readonly median: number;
}

/** There must be at least one value. */
export function spread(values: readonly number[]): Spread {
  const [min, ...rest] = values.toSorted((a, b) => a - b);
  if (min === undefined) throw new RangeError('no value to take the median of');
  const sorted = [min, ...rest];
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? min;
  return { min, median: sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? min) + upper) / 2 };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
