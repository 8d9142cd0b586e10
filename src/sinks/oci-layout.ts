import type { CompressionSetting } from '../compression/setting.js';
import type { StoredLayer } from '../image/blob-store.js';
import type { BuiltImage, Image } from '../image/image.js';
import type { Layout } from '../layout/layout.js';
import type { Descriptor } from '../oci/descriptor.js';
import type { Document } from '../oci/document.js';
import type { ImageName } from '../oci/image-name.js';
import { layerDescriptor } from '../oci/manifest.js';

export interface LayoutSinkOptions {
  readonly names: readonly ImageName[];
  readonly compression: CompressionSetting;
  readonly signal?: AbortSignal | undefined;
  /** Gets what lets go of the layout at once, for a signal handler. */
  readonly onCleanUp?: ((cleanUp: () => void) => void) | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Awaited when all of the image is in the layout but its entry in the index. */
  readonly beforePublish?: (() => Promise<void>) | undefined;
}

export interface LaidOut extends BuiltImage {
  readonly config: Document;
  readonly layers: readonly StoredLayer[];
  /** Of the image manifest. */
  readonly manifest: Descriptor;
}

/**
 * Puts an image into an OCI image layout: blobs first, in any order, and the index last, so that the image is there
 * whole or not at all.
 */
export async function writeOciLayout(image: Image, layout: Layout, options: LayoutSinkOptions): Promise<LaidOut> {
  const { names, compression, signal } = options;
  const build = await layout.startBuild({ signal });
  options.onCleanUp?.(() => build.end());
  try {
    const layers = await image.storeLayers(build, { compression, signal });
    const diffIds = layers.map(({ diffId }) => diffId);
    const config = image.config(diffIds);
    const { platform } = image;
    const prepared = await build.prepare({ config, layers: layers.map(layerDescriptor), platform, names });
    await options.beforePublish?.();
    for (const name of await prepared.publish({ signal })) {
      options.onWarning?.(`${name} is still in the layout, but lost its tag to this image`);
    }
    return { imageId: config.digest, diffIds, config, layers, manifest: prepared.manifest };
  } finally {
    build.end();
  }
}
