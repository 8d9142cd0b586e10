/** Layouts and images for tests. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompressionKind } from '../../src/compression/kind.js';
import type { LayoutBuild, PreparedImage } from '../../src/layout/build.js';
import type { Layout } from '../../src/layout/layout.js';
import { blobName } from '../../src/oci/blob-name.js';
import type { Descriptor } from '../../src/oci/descriptor.js';
import { type Digest, digestOf } from '../../src/oci/digest.js';
import type { Document } from '../../src/oci/document.js';
import { parseImageName } from '../../src/oci/image-name.js';
import { layerDescriptor } from '../../src/oci/manifest.js';
import { platformOf } from '../../src/oci/platform.js';

export function textDocument(text: string): Document {
  const bytes = Buffer.from(text);
  return { bytes, digest: digestOf(bytes) };
}

export async function putLayer(
  build: LayoutBuild,
  bytes: string | Uint8Array,
  compression: CompressionKind = 'none',
): Promise<Descriptor> {
  const { place, commit } = await build.open();
  writeFileSync(place.path, bytes, { mode: 0o644 });
  const blob = { digest: digestOf(Buffer.from(bytes)), size: Buffer.byteLength(bytes) };
  await commit(blob);
  return layerDescriptor({ ...blob, compression });
}

export interface Published {
  /** The image manifest. */
  readonly manifest: Descriptor;
  /** What the name leads to. */
  readonly target: Descriptor | undefined;
  readonly warnings: readonly string[];
}

/** Puts an image whose layers are these texts. */
export async function putTextImage(
  build: LayoutBuild,
  name: string,
  layers: readonly string[],
  architecture = 'amd64',
): Promise<Published> {
  const parsed = parseImageName(name);
  if (parsed === undefined) throw new Error(`${name} is no name`);
  const image = await prepareTextImage(build, layers, architecture);
  const { targets, warnings } = await build.publish({ images: [image], names: [parsed] });
  return { manifest: image.manifest, target: targets[0], warnings };
}

export async function prepareTextImage(
  build: LayoutBuild,
  layers: readonly string[],
  architecture: string,
): Promise<PreparedImage> {
  const blobs = await Promise.all(layers.map((text) => putLayer(build, text)));
  const config = textDocument(JSON.stringify({ architecture, os: 'linux', of: layers }));
  return build.prepare({ config, layers: blobs, platform: platformOf({ architecture }) });
}

export async function addTextImage(
  layout: Layout,
  name: string,
  layers: readonly string[],
  architecture = 'amd64',
): Promise<Published> {
  const build = await layout.startBuild();
  try {
    return await putTextImage(build, name, layers, architecture);
  } finally {
    build.end();
  }
}

export function blobFile(layout: string, digest: Digest): string {
  return join(layout, blobName(digest));
}

export interface LayoutFacts {
  /** What the index calls its images, in order. */
  readonly names: readonly string[];
  /** Names of all blobs, sorted. */
  readonly blobs: readonly string[];
  /** Those that the index reaches, sorted. */
  readonly reached: readonly string[];
}

/** Reads a layout of the images made here, whole and without the code under test; throws where something is wrong. */
export function readLayout(path: string): LayoutFacts {
  const { imageLayoutVersion } = readJson(join(path, 'oci-layout'));
  if (imageLayoutVersion !== '1.0.0') throw new Error('no layout');
  const reached = new Set<string>();
  const read = ({ digest, size }: { digest: string; size: number }): Buffer => {
    const bytes = readFileSync(join(path, 'blobs', digest.replace(':', '/')));
    const found: string = digestOf(bytes);
    if (found !== digest || bytes.length !== size) throw new Error(`${digest} is broken`);
    reached.add(digest.slice('sha256:'.length));
    return bytes;
  };
  const readEntry = (entry: { digest: string; size: number }): void => {
    const { config, layers, manifests: nested } = JSON.parse(read(entry).toString());
    if (nested !== undefined) for (const each of nested) readEntry(each);
    else for (const blob of [config, ...layers]) read(blob);
  };
  const { manifests } = readJson(join(path, 'index.json'));
  for (const entry of manifests) readEntry(entry);
  return {
    names: manifests.map(
      ({ annotations }: { annotations: Record<string, string> }) => annotations['io.containerd.image.name'],
    ),
    blobs: readdirSync(join(path, 'blobs/sha256')).sort(),
    reached: [...reached].sort(),
  };
}

// Tests know what they read.
// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape.
function readJson(path: string): any {
  return JSON.parse(readFileSync(path, 'utf8'));
}
