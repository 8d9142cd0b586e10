import type { ByteTarget } from '../ground/byte-target.js';
import { Deferred } from '../ground/deferred.js';
import type { Image } from '../image/image.js';
import type { Layout } from '../layout/layout.js';
import { writeDockerArchive } from './docker-archive.js';
import { type LayoutSinkOptions, type PublishedImage, writeOciLayout } from './oci-layout.js';

export interface SeveralOptions extends Omit<LayoutSinkOptions, 'beforePublish'> {
  /** Awaited when the archive is written, before the image is in the layout: makes the archive safe on disk. */
  readonly onArchived: () => Promise<void>;
}

/**
 * Writes an image as a docker-archive and puts it into a layout, from one pass over its layers. Both get what makes them
 * an image only after all else of both is there: the archive its manifest, then the layout its entry in the index.
 */
export async function writeArchiveAndLayout(
  image: Image,
  { target, layout }: { readonly target: ByteTarget; readonly layout: Layout },
  { onArchived, ...options }: SeveralOptions,
): Promise<PublishedImage> {
  const prepared = new Deferred<void>();
  const archived = new Deferred<void>();
  const archiving = writeDockerArchive(image, target, {
    naming: 'position',
    beforeManifest: () => prepared.promise,
  }).then(onArchived);
  const cancel = new AbortController();
  archiving.then(
    () => archived.resolve(),
    (error: unknown) => {
      archived.reject(error);
      cancel.abort(error);
    },
  );
  const laying = writeOciLayout(image, layout, {
    ...options,
    signal: AbortSignal.any([cancel.signal, ...(options.signal === undefined ? [] : [options.signal])]),
    beforePublish: () => {
      prepared.resolve();
      return archived.promise;
    },
  });
  laying.catch((error: unknown) => prepared.reject(error));
  try {
    const [, laidOut] = await Promise.all([archiving, laying]);
    return laidOut;
  } catch (error) {
    // The layout is let go of. The archive may wait for a target that nobody reads, and gets nothing more.
    await laying.catch(() => {});
    throw error;
  }
}
