import { displayName } from '../ground/bytestring.js';
import { EntryReader } from '../scan/entries.js';
import type { LayerContent } from './source.js';

export interface LayerFile {
  /** As the image names it. */
  readonly path: string;
  /** The store path of the layer's that it belongs to. */
  readonly storePath: string;
  /** Bytes of the file itself. */
  readonly size: number;
}

/** The regular files of a layer, in its order; none for a layer that came as a tar. */
export function* layerFiles(content: LayerContent): Generator<LayerFile> {
  if (content.kind !== 'tree') return;
  const entries = new EntryReader(content.listings, content.spec);
  let storePath = '';
  for (let entry = entries.next(); entry !== undefined; entry = entries.next()) {
    if (entry.depth === 0) storePath = displayName(entry.path);
    if (entry.kind === 'file') yield { path: displayName(entry.path), storePath, size: entry.size };
  }
}
