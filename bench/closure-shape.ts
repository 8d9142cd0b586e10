import { readFileSync } from 'node:fs';
import { type Description, describeImage, parseConf } from '../src/index.js';
import type { Closure } from './closure.js';

export interface ClosureShape {
  readonly layers: number;
  readonly entries: number;
  /** Bytes. */
  readonly largestLayer: number;
}

/** A layer with more of all bytes than this is a giant. */
const GIANT_SHARE = 0.5;

export function hasGiant(sizes: { readonly largestLayer: number; readonly archiveBytes: number }): boolean {
  return sizes.largestLayer / sizes.archiveBytes > GIANT_SHARE;
}

/** Walks the closure's trees. */
export async function shapeOf(closure: Closure): Promise<ClosureShape> {
  const { layers, entries } = await describe(closure, undefined);
  return { layers: layers.length, entries, largestLayer: Math.max(...layers.map(({ size }) => size)) };
}

/** Whether a cache knows the digest of every layer. */
export async function isKnown(closure: Closure, cacheDirectory: string): Promise<boolean> {
  const { layers } = await describe(closure, cacheDirectory);
  return layers.every(({ diffId }) => diffId !== null);
}

function describe({ conf: source, storeRoot }: Closure, cacheDirectory: string | undefined): Promise<Description> {
  const { conf } = parseConf(readFileSync(source), { source });
  return describeImage(conf, { storeRoot, source, cacheDirectory });
}
