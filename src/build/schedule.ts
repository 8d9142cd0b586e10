/**
 * The bytes that are streamed in the time in which one thread sums one, roughly. Only the order of a few layers hangs
 * on it.
 */
const STREAMED_PER_SUMMED = 1.5;

/**
 * The order in which layers are best summed: by the latest moment at which it can begin without the stream, which
 * takes the layers as they are given, having to wait. Layers of one size go in the stream's order, so that it can
 * begin at once; a giant goes first wherever it stands, since no second thread can help with it.
 */
export function digestOrder<T extends { readonly size: number }>(layers: readonly T[]): T[] {
  let before = 0;
  const ranked = layers.map((layer) => {
    const latestBegin = before - layer.size * STREAMED_PER_SUMMED;
    before += layer.size;
    return { layer, latestBegin };
  });
  return ranked.sort((a, b) => a.latestBegin - b.latestBegin).map(({ layer }) => layer);
}
