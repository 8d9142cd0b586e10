/** Work, of either pass. */
export interface Load {
  readonly bytes: number;
  readonly entries: number;
}

/** What is left of a load; never less than nothing. */
export function less(load: Load, done: Load): Load {
  return { bytes: Math.max(0, load.bytes - done.bytes), entries: Math.max(0, load.entries - done.entries) };
}
