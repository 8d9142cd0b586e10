import type { LayerScannedEvent } from '../events.js';
import type { LayerContents, SizedPath } from './model.js';

/** Rows in the tables of the largest store paths and files. */
const LARGEST = 50;

/** Store paths, of all layers, that are shown by name: nobody can tell more apart in a picture. */
const MAX_NAMED = 800;

/** A part of all bytes that is too small to be seen in a picture. */
const SMALLEST_PART = 1 / 20_000;

export interface ImageContents {
  readonly files: number;
  /** Bytes of all files, without the headers and padding of the tar. */
  readonly fileBytes: number;
  readonly paths: readonly SizedPath[];
  readonly largestPaths: readonly SizedPath[];
  readonly largestFiles: readonly SizedPath[];
}

/** Reads the listings of all scanned layers. */
export function readContents(scanned: readonly LayerScannedEvent[]): ImageContents {
  let files = 0;
  const paths: SizedPath[] = [];
  const largestFiles = new Largest(LARGEST);
  for (const { layer, ...event } of scanned) {
    const sizes = new Map(event.paths.map((path) => [path, 0]));
    for (const file of event.files()) {
      files++;
      sizes.set(file.storePath, (sizes.get(file.storePath) ?? 0) + file.size);
      largestFiles.add({ path: file.path, layer, bytes: file.size });
    }
    for (const [path, bytes] of sizes) paths.push({ path, layer, bytes });
  }
  paths.sort((a, b) => b.bytes - a.bytes);
  return {
    files,
    fileBytes: paths.reduce((total, { bytes }) => total + bytes, 0),
    paths,
    largestPaths: paths.slice(0, LARGEST),
    largestFiles: largestFiles.sorted(),
  };
}

/** What each layer holds. Its small store paths are counted together. */
export function groupByLayer({ paths, fileBytes }: ImageContents, layers: number): LayerContents[] {
  const smallest = Math.max(fileBytes * SMALLEST_PART, paths[MAX_NAMED]?.bytes ?? 0);
  const groups = Array.from({ length: layers }, () => ({
    paths: [] as { path: string; bytes: number }[],
    others: { count: 0, bytes: 0 },
  }));
  for (const { path, layer, bytes } of paths) {
    const group = groups[layer];
    if (group === undefined) continue;
    // The largest of a layer is always named.
    if (bytes > smallest || group.paths.length === 0) group.paths.push({ path, bytes });
    else {
      group.others.count++;
      group.others.bytes += bytes;
    }
  }
  return groups;
}

/** Keeps the largest `count` of any number of items, in memory for 20 times as many. */
class Largest {
  readonly #count: number;
  #kept: SizedPath[] = [];
  #least = 0;

  constructor(count: number) {
    this.#count = count;
  }

  add(item: SizedPath): void {
    if (item.bytes <= this.#least) return;
    this.#kept.push(item);
    if (this.#kept.length < 20 * this.#count) return;
    this.#kept = this.sorted();
    this.#least = this.#kept.at(-1)?.bytes ?? 0;
  }

  sorted(): SizedPath[] {
    return [...this.#kept].sort((a, b) => b.bytes - a.bytes).slice(0, this.#count);
  }
}
