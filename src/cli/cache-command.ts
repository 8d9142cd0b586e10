import { resolveCacheDirectory } from '../cache/directory.js';
import { clearCache, DEFAULT_MAX_AGE, type PruneResult, pruneCache } from '../cache/prune.js';
import { cacheStats } from '../cache/survey.js';
import { lookAtCache } from '../cache/trust.js';
import { statIfThere } from '../files/stat.js';
import type { StdoutOptions } from '../files/stdout.js';
import { LayerstreamError, systemReason } from '../ground/errors.js';
import { formatAgo, formatBytes, formatCount } from '../ground/format.js';
import { printable, printableJson } from '../ground/printable.js';
import { EXIT, reportError } from './report-error.js';
import { writeStderr } from './stderr.js';
import { writeResult } from './write-result.js';

export interface CacheOptions {
  readonly cacheDir?: string | undefined;
}

/** Prints what the cache holds; returns the exit status. */
export function cacheStatsCommand(options: CacheOptions & { readonly json?: boolean | undefined }): Promise<number> {
  return run(options, async (directory, write) => {
    const { entries, bytes, oldestUse, newestUse } = cacheStats(directory);
    const state = lookAtCache(directory);
    const fault = state.kind === 'unusable' ? state.fault : undefined;
    if (options.json) {
      const [oldest, newest] = [oldestUse, newestUse].map((time) => (time === undefined ? null : formatTime(time)));
      const stats = { directory, entries, bytes, oldestUse: oldest, newestUse: newest, fault: fault ?? null };
      await write(`${printableJson(stats)}\n`);
      return;
    }
    await write(`${printable(directory)}: ${formatEntries(entries, bytes)}\n`);
    if (oldestUse !== undefined && newestUse !== undefined) {
      await write(`last used ${formatUses(oldestUse, newestUse)}\n`);
    }
    if (fault !== undefined) writeStderr(`layerstream: builds do not use this cache: ${printable(fault)}\n`);
  });
}

/** Removes what has not been used for some days; returns the exit status. */
export function cachePruneCommand(
  options: CacheOptions & { readonly olderThan?: number | undefined },
): Promise<number> {
  const maxAge = options.olderThan ?? DEFAULT_MAX_AGE;
  return run(options, (directory, write) => write(formatRemoved(directory, pruneCache(directory, { maxAge }))), {
    mayBeClosed: true,
  });
}

/** Removes all of the cache; returns the exit status. */
export function cacheClearCommand(options: CacheOptions): Promise<number> {
  return run(options, (directory, write) => write(formatRemoved(directory, clearCache(directory))), {
    mayBeClosed: true,
  });
}

type Write = (text: string) => Promise<void>;

async function run(
  options: CacheOptions,
  action: (directory: string, write: Write) => Promise<void>,
  stdout?: StdoutOptions,
): Promise<number> {
  try {
    const directory = findDirectory(options);
    await writeResult((write) => action(directory, write), stdout);
    return EXIT.done;
  } catch (error) {
    return reportError(error);
  }
}

/** @throws {LayerstreamError} `USAGE` */
function findDirectory({ cacheDir }: CacheOptions): string {
  const directory = resolveCacheDirectory(cacheDir, process.env);
  if (directory === undefined) {
    throw new LayerstreamError('USAGE', 'there is no place for a cache: neither XDG_CACHE_HOME nor HOME names one', {
      hint: 'Name it with --cache-dir.',
    });
  }
  let reason = 'it is not a directory';
  try {
    if (statIfThere(directory)?.isDirectory() !== false) return directory;
  } catch (error) {
    reason = systemReason(error);
  }
  throw new LayerstreamError('USAGE', `cache directory ${directory} cannot be used: ${reason}`, { path: directory });
}

function formatRemoved(directory: string, { removed, bytes, left }: PruneResult): string {
  return `${printable(directory)}: removed ${formatEntries(removed, bytes)}; ${formatCount(left, 'entry', 'entries')} left\n`;
}

function formatEntries(entries: number, bytes: number): string {
  return `${formatCount(entries, 'entry', 'entries')}, ${formatBytes(bytes)}`;
}

function formatUses(...times: readonly [oldest: number, newest: number]): string {
  const [oldest = '', newest = ''] = times.map((time) => formatAgo(Date.now() - time));
  return oldest === newest ? newest : `between ${oldest} and ${newest}`;
}

function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
