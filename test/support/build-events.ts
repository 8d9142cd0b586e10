import type { BuildEvent, BuildSummary } from '../../src/events/events.js';
import { digestOf } from '../../src/oci/digest.js';

const DIFF_ID = digestOf(Buffer.from('layer'));

/** The summary of a build with two layers, whose first was known. */
export const SUMMARY: BuildSummary = {
  imageId: digestOf(Buffer.from('config')),
  names: ['app:1'],
  layers: [
    { diffId: DIFF_ID, size: 40_000_000, entries: 30, paths: ['/nix/store/a'], isKnown: true },
    { diffId: DIFF_ID, size: 60_000_000, entries: 1, paths: ['/nix/store/b'], isKnown: false },
  ],
  entries: 31,
  bytes: 100_000_000,
  seconds: 2,
  passes: {
    scan: { bytes: 0, seconds: 0.25 },
    digest: { bytes: 60_000_000, seconds: 0.5 },
    stream: { bytes: 100_000_000, seconds: 1 },
    blob: { bytes: 0, seconds: 0 },
  },
  peakMemory: 80_000_000,
};

/** The events of a small build, with a warning. */
export const EVENTS: readonly BuildEvent[] = [
  {
    type: 'started',
    layers: 2,
    origins: ['base', 'store'],
    toScan: 1,
    pathsToScan: 1,
    workers: 1,
    singlePass: false,
  },
  { type: 'warning', message: 'the cache is odd' },
  {
    type: 'layer-scanned',
    layer: 1,
    paths: ['/nix/store/b'],
    pathSizes: [59_000_000],
    entries: 31,
    size: 60_000_000,
    files: () => [],
  },
  { type: 'layer-hashed', layer: 1, diffId: DIFF_ID, size: 60_000_000 },
  { type: 'layer-written', layer: 0, diffId: DIFF_ID, size: 40_000_000, isKnown: true },
  { type: 'layer-written', layer: 1, diffId: DIFF_ID, size: 60_000_000, isKnown: false },
  { type: 'finished', summary: SUMMARY },
];
