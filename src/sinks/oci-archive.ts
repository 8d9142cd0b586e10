import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteTarget } from '../ground/byte-target.js';
import type { Layout } from '../layout/layout.js';
import { blobName } from '../oci/blob-name.js';
import type { BlobId, Descriptor } from '../oci/descriptor.js';
import { makeDockerManifest } from '../oci/docker-manifest.js';
import type { Document } from '../oci/document.js';
import type { ImageName } from '../oci/image-name.js';
import { configDescriptor } from '../oci/manifest.js';
import { ArchiveWriter } from '../tar/archive.js';
import type { LaidOut } from './oci-layout.js';

/** Bytes that are read of a blob at once. */
const CHUNK_SIZE = 1024 * 1024;

export interface LayoutArchive {
  /** The layout, which holds these images and nothing else. */
  readonly staging: Layout;
  /** The first is the one that `manifest.json` lists. */
  readonly images: readonly LaidOut[];
  readonly names: readonly ImageName[];
  /** What the names lead to: a manifest, or an index. */
  readonly targets: readonly Descriptor[];
  /** Seconds since the epoch, for the entries. */
  readonly time: number;
}

/**
 * Writes an archive of an OCI image layout, with a `manifest.json` next to it, so that `docker load` takes it as well as
 * those that know layouts. The name of a blob comes before its bytes, and is known only after them, so the layout is made
 * first.
 *
 * Docker's `manifest.json` knows no platforms, and each image in it takes the names from those before: so it lists one.
 */
export async function writeOciArchive(
  target: ByteTarget,
  { staging, images, names, targets, time }: LayoutArchive,
): Promise<void> {
  const archive = new ArchiveWriter(target, { time });
  try {
    for (const name of ['oci-layout', 'index.json']) await archive.file(name, await readFile(join(staging.path, name)));
    for (const image of images.slice(0, 1)) await archive.file('manifest.json', dockerManifest(image, names).bytes);
    const blobs = images.flatMap(({ manifest, config, layers }) => [manifest, configDescriptor(config), ...layers]);
    const indexes = targets.filter(({ digest }) => !blobs.some((blob) => blob.digest === digest));
    for (const blob of unique([...indexes, ...blobs])) await writeBlob(archive, staging, blob);
    await archive.close();
  } catch (error) {
    archive.abort();
    throw error;
  }
}

function dockerManifest({ config, layers }: LaidOut, names: readonly ImageName[]): Document {
  return makeDockerManifest({
    config: blobName(config.digest),
    repoTags: names.map(({ full }) => full),
    layers: layers.map(({ digest }) => blobName(digest)),
  });
}

/** Of several with one digest the first. */
function unique(blobs: readonly BlobId[]): Iterable<BlobId> {
  const first = new Map<string, BlobId>();
  for (const blob of blobs) if (!first.has(blob.digest)) first.set(blob.digest, blob);
  return first.values();
}

async function writeBlob(archive: ArchiveWriter, layout: Layout, { digest, size }: BlobId): Promise<void> {
  const name = blobName(digest);
  await archive.entry({ name, size }, async (target) => {
    const chunks: AsyncIterable<Uint8Array> = createReadStream(join(layout.path, name), { highWaterMark: CHUNK_SIZE });
    for await (const chunk of chunks) await target.write(chunk);
  });
}
