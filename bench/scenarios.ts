/** The synthetic closures, and what each isolates. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ChrootStore } from './chroot-store.js';
import { FileWriter } from './content.js';
import type { StreamSink } from './pipeline.js';

export interface Scenario {
  readonly name: string;
  /** What it isolates. */
  readonly line: string;
  /** Runs only if it is asked for by name. */
  readonly optIn?: true;
  /** Whether the digest pass is timed for each number of workers. */
  readonly scaling?: true;
  /** The shape of closure that targets are about; they hold for it. */
  readonly judgedAs?: 'closure' | 'tiny' | 'million';
  /** All by default. */
  readonly sinks?: readonly StreamSink[];
  /** Writes the closure; returns its layers. `scale` multiplies its size. */
  readonly write: (store: ChrootStore, scale: number) => Promise<string[][]>;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'tiny',
    line: 'an image of 1 MB: what starting up costs',
    judgedAs: 'tiny',
    write: (store) => pathPerLayer(store, 1, (directory, files) => files.writeMixed(directory, 1_000_000)),
  },
  {
    name: 'small-files',
    line: '50,000 files of 4 kB in 100 layers: the work is to open files, not to read their bytes',
    write: (store, scale) =>
      pathPerLayer(store, 100, (directory, files) =>
        files.writeMany(directory, { count: scaled(500, scale), size: 4_000 }),
      ),
  },
  {
    name: 'large-files',
    line: '8 files of 64 MB in 8 layers: the work is only bytes',
    write: (store, scale) =>
      pathPerLayer(store, 8, (directory, files) => files.write(directory, scaled(64_000_000, scale))),
  },
  {
    name: 'giant',
    line: "99 small layers and then one of 600 MB, as nixpkgs' layering leaves it: only one thread can hash it",
    judgedAs: 'closure',
    write: writeGiant,
  },
  {
    name: 'balanced',
    line: '100 layers of 10 MB, of files of all sizes: every worker has something to do',
    scaling: true,
    judgedAs: 'closure',
    write: (store, scale) =>
      pathPerLayer(store, 100, (directory, files) => files.writeMixed(directory, scaled(10_000_000, scale))),
  },
  {
    name: 'layers-127',
    line: '127 layers of 3 MB, as many as Docker takes: what each layer costs',
    write: (store, scale) =>
      pathPerLayer(store, 126, (directory, files) => files.writeMixed(directory, scaled(3_000_000, scale))),
  },
  {
    name: 'deep-trees',
    line: '20,000 directories, 50 deep, with a file of 1 kB in each: walking, and long names',
    write: (store, scale) => pathPerLayer(store, 20, (directory, files) => writeDeep(directory, files, scale)),
  },
  {
    name: 'million',
    line: 'a million files of 1 kB in 100 layers: what memory grows with (takes 4 GB of disk and some minutes to write)',
    optIn: true,
    judgedAs: 'million',
    sinks: ['pipe'],
    write: (store, scale) =>
      pathPerLayer(store, 100, (directory, files) => {
        for (let i = 0; i < 10; i++) {
          files.writeMany(makeDirectory(directory, `part-${i}`), { count: scaled(1_000, scale), size: 1_000 });
        }
      }),
  },
];

const GIANT_PATHS = 300;
const CHAINS = 20;
const DEPTH = 50;

type WritePath = (directory: string, files: FileWriter) => void;

async function pathPerLayer(store: ChrootStore, layers: number, write: WritePath): Promise<string[][]> {
  const paths = await makePaths(store, layers, write);
  return paths.map((path) => [path]);
}

async function makePaths(store: ChrootStore, count: number, write: WritePath): Promise<string[]> {
  const files = new FileWriter();
  const paths: string[] = [];
  for (let i = 0; i < count; i++) {
    paths.push(store.create(`package-${count}-${i}`, (directory) => write(directory, files)));
    // So that a signal is handled.
    await setImmediate();
  }
  return paths;
}

async function writeGiant(store: ChrootStore, scale: number): Promise<string[][]> {
  const small = await pathPerLayer(store, 99, (directory, files) =>
    files.writeMany(directory, { count: 5, size: scaled(20_000, scale) }),
  );
  const rest = await makePaths(store, GIANT_PATHS, (directory, files) =>
    files.writeMixed(directory, scaled(2_000_000, scale)),
  );
  return [...small, rest];
}

function writeDeep(directory: string, files: FileWriter, scale: number): void {
  for (let chain = 0; chain < scaled(CHAINS, scale); chain++) {
    let at = makeDirectory(directory, `chain-${chain}`);
    for (let depth = 1; depth < DEPTH; depth++) {
      files.write(at, 1_000);
      at = makeDirectory(at, `${depth}`);
    }
    files.write(at, 1_000);
  }
}

function makeDirectory(parent: string, name: string): string {
  const path = join(parent, name);
  mkdirSync(path);
  return path;
}

function scaled(amount: number, scale: number): number {
  return Math.max(1, Math.round(amount * scale));
}
