/**
 * The bytes that are streamed in the time in which one thread hashes one, roughly. Only the order of a few layers
 * depends on it.
 */
const STREAMED_PER_HASHED = 1.5;

/** What is worth a thread, which takes some 30 ms to start: so many paths to walk, or bytes to hash. */
const PATHS_PER_THREAD = 16;
const BYTES_PER_THREAD = 32 * 1024 * 1024;

/** How many of the threads are worth starting to walk so many paths. */
export function threadsToScan(paths: number, threads: number): number {
  return Math.max(1, Math.min(threads, Math.ceil(paths / PATHS_PER_THREAD)));
}

/** How many of the threads are worth starting to hash so many bytes. */
export function threadsToHash(bytes: number, threads: number): number {
  return Math.max(1, Math.min(threads, Math.ceil(bytes / BYTES_PER_THREAD)));
}

/** Bytes of a layer that is worth two threads. */
const SHORTEST_FED = 16 * 1024 * 1024;

/**
 * The order in which layers are best hashed: by the latest moment at which it can begin without the stream, which
 * takes the layers as they are given, having to wait. Layers of one size go in the stream's order, so that it can
 * begin at once; a giant goes first wherever it stands, since its hashing cannot be split.
 */
export function digestOrder<T extends { readonly size: number }>(layers: readonly T[]): T[] {
  let before = 0;
  const ranked = layers.map((layer) => {
    const latestBegin = before - layer.size * STREAMED_PER_HASHED;
    before += layer.size;
    return { layer, latestBegin };
  });
  return ranked.sort((a, b) => a.latestBegin - b.latestBegin).map(({ layer }) => layer);
}

/**
 * Says how many of the free threads each layer gets that is begun, in the order of the queue: a second one reads ahead
 * for a layer that would keep one thread busy long after the others have run out of layers.
 */
export function makeShareOut<T extends { readonly size: number }>(
  queue: readonly T[],
  threads: number,
): (layer: T, free: number) => number {
  let rest = queue.reduce((total, { size }) => total + size, 0);
  return ({ size }, free) => {
    rest -= size;
    const isLong = size > SHORTEST_FED && size / 2 > rest / (threads - 1);
    return isLong && free > 1 ? 2 : 1;
  };
}
