import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from './images.js';
import { build, layerstream } from './layerstream.js';
import { type Command, run } from './run.js';

/** Compressions that all clients know. */
export const COMPRESSIONS = ['none', 'gzip'] as const;

export interface LayoutOptions {
  readonly compression: string;
  /** A newer Node.js, for what only that has. */
  readonly node?: string | undefined;
}

/** Builds an image's conf into an archive of a layout; gives its path. */
export async function ociArchive(image: Image, { compression, node }: LayoutOptions): Promise<string> {
  const archive = image.archive.replace(/tar$/, `${compression}.oci.tar`);
  const { imageId } = await build(archive, oci(image, { compression, node }));
  assert.equal(imageId, image.imageId);
  return archive;
}

/** Builds an image's conf into a layout; gives its path. */
export async function ociLayout(image: Image, { compression, node }: LayoutOptions): Promise<string> {
  const layout = image.archive.replace(/tar$/, `${compression}.layout`);
  const [program, ...args] = oci(image, { compression, node });
  await run([program, ...args, layout]);
  return layout;
}

/** What an image manifest says. */
export interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string; readonly mediaType: string }[];
}

/** The manifest of the only image of a layout. */
export function readManifest(layout: string): Manifest {
  const [entry] = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')).manifests;
  return JSON.parse(readFileSync(join(layout, 'blobs', entry.digest.replace(':', '/')), 'utf8'));
}

function oci({ conf, storeRoot }: Image, { compression, node }: LayoutOptions): Command {
  const [program, ...args] = layerstream('oci', conf, '--store-root', storeRoot, '--compression', compression);
  return [node ?? program, ...args, '--progress', 'off'];
}
