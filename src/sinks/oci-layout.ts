import type { BlobImage, StoredLayer } from '../image/image.js';
import type { Layout } from '../layout/layout.js';
import type { BlobId } from '../oci/descriptor.js';
import type { Digest } from '../oci/digest.js';
import type { Document } from '../oci/document.js';
import type { ImageName } from '../oci/image-name.js';
import { layerDescriptor } from '../oci/manifest.js';

export interface LayoutSinkOptions {
  readonly names: readonly ImageName[];
  readonly signal?: AbortSignal | undefined;
  /** Told what lets go of the layout at once, for a signal handler. */
  readonly onStarted?: ((end: () => void) => void) | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
}

export interface LaidOut {
  readonly imageId: Digest;
  readonly diffIds: readonly Digest[];
  readonly config: Document;
  readonly layers: readonly StoredLayer[];
  /** Of the image manifest. */
  readonly manifest: BlobId;
}

/**
 * Puts an image into an OCI image layout: blobs first, in any order, and the index last, so that the image is there
 * whole or not at all.
 */
export async function writeOciLayout(image: BlobImage, layout: Layout, options: LayoutSinkOptions): Promise<LaidOut> {
  const { names, signal } = options;
  const build = await layout.startBuild({ signal });
  options.onStarted?.(() => build.end());
  try {
    const layers = await image.writeBlobs({
      has: async (blob) => layout.hasBlob(blob),
      newBlobPath: () => build.newBlobPath(),
      commitBlob: (path, digest) => build.commitBlob(path, digest),
    });
    const diffIds = layers.map(({ diffId }) => diffId);
    const config = image.config(diffIds);
    const { architecture } = image;
    const { manifest, untagged } = await build.publish(
      { config, layers: layers.map(layerDescriptor), architecture, names },
      { signal },
    );
    for (const name of untagged) options.onWarning?.(`${name} is still in the layout, but lost its tag to this image`);
    return { imageId: config.digest, diffIds, config, layers, manifest };
  } finally {
    build.end();
  }
}
