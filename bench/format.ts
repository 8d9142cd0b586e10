import { formatBytes } from '../src/ground/format.js';
import type { Machine } from './machine.js';
import type { ClosureResult } from './results.js';

/** `12.34 s`, `0.256 s`. */
export function formatTime(seconds: number): string {
  return `${seconds.toFixed(seconds < 1 ? 3 : 2)} s`;
}

export function formatMachine({ cpu, cores, memory, kernel, node }: Machine): string {
  return `${cpu}, ${cores} cores, ${formatBytes(memory)}, Linux ${kernel}, Node.js ${node}`;
}

/** `6.15 GB in 101 layers, the largest 97 % of it`. */
export function formatSize({ archiveBytes, layers, largestLayer }: ClosureResult): string {
  const share = Math.round((largestLayer / archiveBytes) * 100);
  return `${formatBytes(archiveBytes)} in ${layers} layers, the largest ${share} % of it`;
}
