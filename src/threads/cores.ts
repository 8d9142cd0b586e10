import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * The cores that this process may use: those of its affinity mask, and no more than the CPU time that its control
 * groups grant (kernel documentation, cgroup-v2 "cpu.max" and cgroup-v1 "cpu.cfs_quota_us").
 */
export function usableCores(root = ''): number {
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(cgroupLimit(root))));
}

/** In cores; infinite where nothing limits. `root` stands before each path read. */
export function cgroupLimit(root = ''): number {
  const groups = readText(`${root}/proc/self/cgroup`)?.trim().split('\n') ?? [];
  const limits = groups.flatMap((line) => {
    const [, controllers = '', path = '/'] = line.split(':');
    if (controllers === '') return ancestors(path).map((at) => unifiedLimit(`${root}/sys/fs/cgroup${at}`));
    if (!controllers.split(',').includes('cpu')) return [];
    return ancestors(path).map((at) => legacyLimit(`${root}/sys/fs/cgroup/cpu${at}`));
  });
  return Math.min(Number.POSITIVE_INFINITY, ...limits);
}

/** `/a/b` gives `/a/b`, `/a` and the root: each may set a limit. */
function ancestors(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return [...parts.map((_, i) => `/${parts.slice(0, parts.length - i).join('/')}`), ''];
}

function unifiedLimit(directory: string): number {
  const [quota, period] = (readText(`${directory}/cpu.max`) ?? 'max 100000').trim().split(' ').map(Number);
  return ratio(quota, period);
}

function legacyLimit(directory: string): number {
  const quota = Number(readText(`${directory}/cpu.cfs_quota_us`) ?? -1);
  return ratio(quota, Number(readText(`${directory}/cpu.cfs_period_us`) ?? 100_000));
}

function ratio(quota = -1, period = 0): number {
  return quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not there: another kind of control groups, or none.
    return undefined;
  }
}
