import { runBounded } from '../threads/run-bounded.js';
import { digest } from '../threads/tasks/digest.js';
import type { ImageBuild } from './image.js';
import type { PipelineLayer } from './layer.js';
import { digestOrder, makeShareOut, threadsToHash } from './schedule.js';

/** Hashes layers on all threads, in the order in which a stream of all layers needs their digests. */
export async function digestLayers(
  toHash: readonly PipelineLayer[],
  { layers, threads, tally, known }: Pick<ImageBuild, 'layers' | 'threads' | 'tally' | 'known'>,
): Promise<void> {
  const { pool, hashed } = threads;
  const wanted = new Set(toHash);
  const sized = layers.map((layer) => ({ layer, size: layer.bytes }));
  const queue = digestOrder(sized).filter(({ layer }) => wanted.has(layer));
  const bytes = queue.reduce((total, { size }) => total + size, 0);
  const count = threadsToHash(bytes, pool.threads);
  await runBounded(
    queue,
    count,
    async ({ layer, size }, taken) => {
      const { value, timing, reading } = await digest(pool, layer.content, { hashed, threads: taken === 1 ? 1 : 2 });
      if (reading !== undefined) tally.onTask('read', layer, { bytes: size, timing: reading });
      layer.setHash({ diffId: value, timing });
      known.learn(layer, { diffId: value });
    },
    makeShareOut(queue, count),
  );
}
