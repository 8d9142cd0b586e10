import type { CompressionSetting } from '../compression/setting.js';
import type { StoredLayer } from '../image/blob-store.js';
import type { BuiltImage, Image } from '../image/image.js';
import type { LayoutBuild, PreparedImage } from '../layout/build.js';
import type { Layout } from '../layout/layout.js';
import type { Descriptor } from '../oci/descriptor.js';
import type { Document } from '../oci/document.js';
import type { ImageName } from '../oci/image-name.js';
import { layerDescriptor } from '../oci/manifest.js';

export interface LayoutWriterOptions {
  readonly names: readonly ImageName[];
  readonly compression: CompressionSetting;
  readonly signal?: AbortSignal | undefined;
  /** Gets what lets go of the layout at once, for a signal handler. */
  readonly onCleanUp?: ((cleanUp: () => void) => void) | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
}

export interface LayoutSinkOptions extends LayoutWriterOptions {
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
 * Puts images of different platforms into an OCI image layout, under the same names: blobs first, in any order, and the
 * index last, so that all images are there whole or none is. Whatever comes of it, `end` it.
 */
export class LayoutWriter {
  readonly #build: LayoutBuild;
  readonly #options: LayoutWriterOptions;
  readonly #images: PreparedImage[] = [];

  private constructor(build: LayoutBuild, options: LayoutWriterOptions) {
    this.#build = build;
    this.#options = options;
  }

  static async start(layout: Layout, options: LayoutWriterOptions): Promise<LayoutWriter> {
    const build = await layout.startBuild({ signal: options.signal });
    options.onCleanUp?.(() => build.end());
    return new LayoutWriter(build, options);
  }

  /** Writes all of an image but its entry in the index. */
  async add(image: Image): Promise<LaidOut> {
    const { compression, signal } = this.#options;
    const layers = await image.storeLayers(this.#build, { compression, signal });
    const diffIds = layers.map(({ diffId }) => diffId);
    const config = image.config(diffIds);
    const { platform } = image;
    const prepared = await this.#build.prepare({ config, layers: layers.map(layerDescriptor), platform });
    this.#images.push(prepared);
    return { imageId: config.digest, diffIds, config, layers, manifest: prepared.manifest };
  }

  /** Puts all images into the index. Returns what each name leads to, in order. */
  async publish(): Promise<readonly Descriptor[]> {
    const { names, signal, onWarning } = this.#options;
    const { targets, warnings } = await this.#build.publish({ images: this.#images, names }, { signal });
    for (const warning of warnings) onWarning?.(warning);
    return targets;
  }

  end(): void {
    this.#build.end();
  }
}

/** An image in a layout, and what its names lead to, in order: its manifest, or an index that has it. */
export interface PublishedImage extends LaidOut {
  readonly targets: readonly Descriptor[];
}

/** Puts an image into an OCI image layout. */
export async function writeOciLayout(
  image: Image,
  layout: Layout,
  { beforePublish, ...options }: LayoutSinkOptions,
): Promise<PublishedImage> {
  const writer = await LayoutWriter.start(layout, options);
  try {
    const laidOut = await writer.add(image);
    await beforePublish?.();
    return { ...laidOut, targets: await writer.publish() };
  } finally {
    writer.end();
  }
}
