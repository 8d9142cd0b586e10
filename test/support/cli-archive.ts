/** Docker-archives, good ones and broken ones. */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { type Pack, pack } from 'tar-stream';

export interface ArchiveChanges {
  /** Entries to replace or to add; undefined takes one away. */
  readonly entries?: Readonly<Record<string, string | Uint8Array | undefined>>;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly diffIds?: readonly string[];
  readonly layers?: readonly string[];
}

export const LAYER = Buffer.alloc(10_240);
export const LAYER_DIGEST = sha256(LAYER);
export const LAYER_NAME = `${LAYER_DIGEST}/layer.tar`;

export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** An image of one empty layer, as `docker save` would write it, with some changes. */
export async function dockerArchive(changes: ArchiveChanges = {}): Promise<Buffer> {
  const diffIds = changes.diffIds ?? [`sha256:${LAYER_DIGEST}`];
  const config = JSON.stringify({ config: {}, rootfs: { type: 'layers', diff_ids: diffIds }, ...changes.config });
  const configName = `${sha256(config)}.json`;
  const manifest = [{ Config: configName, RepoTags: ['base:1'], Layers: changes.layers ?? [LAYER_NAME] }];
  const entries = {
    [LAYER_NAME]: LAYER,
    [configName]: config,
    'manifest.json': JSON.stringify(manifest),
    ...changes.entries,
  };
  const archive = pack();
  for (const [name, content] of Object.entries(entries)) {
    if (content !== undefined) archive.entry({ name }, Buffer.from(content));
  }
  archive.finalize();
  return bytesOf(archive);
}

/** tar-stream's types do not say that it is a stream of Node's kind, of bytes. */
function bytesOf(archive: Pack): Promise<Buffer> {
  return buffer(archive as AsyncIterable<Uint8Array>);
}
