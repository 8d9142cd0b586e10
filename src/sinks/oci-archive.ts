import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteTarget } from '../ground/byte-target.js';
import type { Image } from '../image/image.js';
import type { Layout } from '../layout/layout.js';
import { blobName } from '../oci/blob-name.js';
import type { BlobId } from '../oci/descriptor.js';
import { makeDockerManifest } from '../oci/docker-manifest.js';
import { ArchiveWriter } from '../tar/archive.js';
import { type LaidOut, type LayoutSinkOptions, writeOciLayout } from './oci-layout.js';

/** Bytes that are read of a blob at once. */
const CHUNK_SIZE = 1024 * 1024;

/**
 * Writes an image as an archive of an OCI image layout, with a `manifest.json` next to it, so that `docker load` takes
 * it as well as those that know layouts. The name of a blob comes before its bytes, and is known only after them, so
 * the layout is made in `staging` first, which is to be empty and the caller's to remove.
 */
export async function writeOciArchive(
  image: Image,
  target: ByteTarget,
  { staging, ...options }: LayoutSinkOptions & { readonly staging: Layout },
): Promise<LaidOut> {
  const laidOut = await writeOciLayout(image, staging, options);
  const archive = new ArchiveWriter(target, { time: image.time });
  const { config, layers, manifest } = laidOut;
  const repoTags = options.names.map(({ full }) => full);
  const dockerManifest = makeDockerManifest({
    config: blobName(config.digest),
    repoTags,
    layers: layers.map(({ digest }) => blobName(digest)),
  });
  try {
    for (const name of ['oci-layout', 'index.json']) await archive.file(name, await readFile(join(staging.path, name)));
    await archive.file('manifest.json', dockerManifest.bytes);
    const documents = [manifest, { digest: config.digest, size: config.bytes.length }];
    for (const blob of unique([...documents, ...layers])) await writeBlob(archive, staging, blob);
    await archive.close();
    return laidOut;
  } catch (error) {
    archive.abort();
    throw error;
  }
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
