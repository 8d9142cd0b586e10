import type { BuildSummary } from '../events/events.js';
import type { BuiltImage, Image } from '../image/image.js';
import type { ImageInput } from '../inputs/inputs.js';
import { type ImageOptions, type Workshop, withImage } from './image.js';
import { storeLayers } from './store-layers.js';

export interface StoreImageOptions extends ImageOptions {
  /** Hashes and writes all layers, even if the cache knows them, or their blobs are there. */
  readonly verify?: boolean | undefined;
}

/**
 * Builds an image for a sink that stores its layers as blobs.
 *
 * @throws {LayerstreamError} with what failed first; nothing goes on after that
 */
export async function storeImage<T extends BuiltImage>(
  input: ImageInput,
  { workshop, options }: { readonly workshop: Workshop; readonly options: StoreImageOptions },
  sink: (image: Image) => Promise<T>,
): Promise<{ readonly built: T; readonly summary: BuildSummary }> {
  const hashing = 'scheduled';
  let sunk: Promise<T> | undefined;
  try {
    return await withImage(input, { workshop, options: { ...options, hashing } }, async (build) => {
      const { image, layers, tally } = build;
      image.storeBy(storeLayers(build, { verify: options.verify ?? false }));
      // What cannot be scanned leaves the place as it is.
      await build.scanned;
      sunk = sink(image);
      const built = await sunk;
      return { built, summary: tally.finish({ ...built, repoTags: image.repoTags }, layers) };
    });
  } finally {
    // After an abort it still has to let go of its place.
    await sunk?.catch(() => {});
  }
}
