/** OCI layouts with compression, compared with tools that compress the finished archive. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { formatCount } from '../src/ground/format.js';
import { hasGiant } from './closure-shape.js';
import { NO_CACHE, ociCommand } from './commands.js';
import type { Contender, Pairing } from './contenders.js';
import { quote } from './pipeline.js';
import { roomyTmpfs, type Site } from './site.js';

/** `setting` is the value of `--compression`; `peer` is a tool that compresses any file about as much. */
interface Compression {
  readonly setting: string;
  readonly peer: string;
  readonly tool: string;
  /** The peer's options for a number of threads. */
  readonly options: (threads: number) => readonly string[];
  /** Its name in `process.versions` of Node.js. */
  readonly library: string;
}

export const GZIP = {
  setting: 'gzip:6',
  peer: 'pigz -6 of the archive',
  tool: 'pigz',
  options: (threads) => ['-6', '-p', `${threads}`],
  library: 'zlib',
} as const satisfies Compression;

export const ZSTD = {
  setting: 'zstd:3',
  peer: 'zstd -3 of the archive',
  tool: 'zstd',
  options: (threads) => ['-3', '-q', `-T${threads}`],
  library: 'zstd',
} as const satisfies Compression;

export function ociName(setting: string, workers: number): string {
  return `layerstream oci, ${setting}, ${formatCount(workers, 'worker')}`;
}

/** A giant layer is also compressed with one worker and with two, to see whether they share it. */
export function compressionPairings(site: Site): Pairing[] {
  const tmpfs = roomyTmpfs(site, 'compressed layouts');
  if (tmpfs === undefined) return [];
  const { shape, archiveBytes, maxWorkers } = site;
  const isGiant = hasGiant({ ...shape, archiveBytes });
  const counts = new Set(isGiant ? [maxWorkers, 2, 1] : [maxWorkers]);
  return [GZIP, ZSTD].flatMap((compression): Pairing[] => {
    if (process.versions[compression.library] === undefined) {
      site.leftOut.push(`${compression.setting}: this Node.js, ${process.version}, has none`);
      return [];
    }
    const layouts = [...counts].map((workers): Pairing => {
      return {
        contender: layoutContender(site, { compression, workers, layout: join(tmpfs, 'layout') }),
        sink: 'layout',
      };
    });
    return [...peerPairings(site, compression), ...layouts];
  });
}

function layoutContender(
  { closure, maxWorkers }: Site,
  { compression, workers, layout }: { compression: Compression; workers: number; layout: string },
): Contender {
  const options = [NO_CACHE, '--compression', compression.setting, '--workers', `${workers}`];
  return {
    name: ociName(compression.setting, workers),
    role: 'ours',
    command: ociCommand(closure, { layout, options }),
    beside: workers === maxWorkers ? [compression.peer] : [],
    output: layout,
  };
}

function peerPairings({ archive, maxWorkers, leftOut }: Site, { peer, tool, options }: Compression): Pairing[] {
  if (spawnSync(tool, ['--version'], { stdio: 'ignore' }).error !== undefined) {
    leftOut.push(`${peer}: there is no ${tool} here`);
    return [];
  }
  const command = [tool, ...options(maxWorkers), '-c', archive].map(quote).join(' ');
  return [{ contender: { name: peer, role: 'peer', command }, sink: 'tmpfs' }];
}
