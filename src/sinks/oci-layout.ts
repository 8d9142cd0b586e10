import { LayerstreamError } from '../errors.js';
import type { LayoutBuild } from '../layout/build.js';
import type { Layout } from '../layout/layout.js';
import type { BlobId } from '../oci/descriptor.js';
import type { Digest } from '../oci/digest.js';
import type { Document } from '../oci/document.js';
import type { ImageName } from '../oci/image-name.js';
import type { BlobImage, BlobStore, StoredLayer } from './sink.js';

export interface LayoutSinkOptions {
  readonly names: readonly ImageName[];
  /** Reads blobs again that are there already, and replaces those that are not what their name says. */
  readonly verify?: boolean | undefined;
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
    const layers = await image.writeBlobs(storeOf(layout, build, options));
    const diffIds = layers.map(({ diffId }) => diffId);
    const config = image.config(diffIds);
    const { architecture } = image;
    const { manifest, untagged } = await build.publish({ config, layers, architecture, names }, { signal });
    for (const name of untagged) options.onWarning?.(`${name} is still in the layout, but lost its tag to this image`);
    return { imageId: config.digest, diffIds, config, layers, manifest };
  } finally {
    build.end();
  }
}

function storeOf(layout: Layout, build: LayoutBuild, { verify }: LayoutSinkOptions): BlobStore {
  return {
    has: async (blob) => layout.hasBlob(blob) && (!verify || (await isWhole(layout, blob))),
    newBlobPath: () => build.newBlobPath(),
    commitBlob: (path, digest) => build.commitBlob(path, digest),
  };
}

async function isWhole(layout: Layout, blob: BlobId): Promise<boolean> {
  try {
    await layout.verifyBlob(blob);
    return true;
  } catch (error) {
    if (error instanceof LayerstreamError && error.code === 'DIGEST_MISMATCH') return false;
    throw error;
  }
}
