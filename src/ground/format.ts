const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `5.42 GB`; decimal units. */
export function formatBytes(bytes: number): string {
  // 999.5 of one unit would be shown with three digits as 1.00 of the next.
  const power = bytes < 999.5 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes / 0.9995) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toPrecision(3)} ${UNITS[power]}`;
}

/** `914 MB/s`; `20.1 kB/s` for what is slower than 1 MB/s. */
export function formatRate(bytes: number, seconds: number): string {
  if (seconds <= 0) return '– MB/s';
  const rate = bytes / seconds;
  return rate < 999_500 ? `${formatBytes(Math.round(rate))}/s` : `${Math.round(rate / 1e6)} MB/s`;
}

export function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}

/** `1 layer`, `1,204 entries`. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? singular : plural}`;
}

/** `1 byte`, `10240 bytes`: a number in full, to be compared with another one. */
export function exactCount(count: number | bigint, singular: string): string {
  return `${count} ${singular}${Number(count) === 1 ? '' : 's'}`;
}

/** `a, b and 4 more`: things by name, of which a message shows the first. */
export function formatNames(names: readonly string[], most = 10): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}

/** `12 s`, `2 min 05 s`, `1 h 20 min`; for whole seconds. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

const AGES = [
  ['year', 365 * 24 * 3600],
  ['month', 30 * 24 * 3600],
  ['day', 24 * 3600],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** `3 minutes ago`, in the largest unit that is passed; a time to come counts as `just now`. */
export function formatAgo(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  for (const [unit, length] of AGES) {
    if (seconds >= length) return `${formatCount(Math.floor(seconds / length), unit)} ago`;
  }
  return 'just now';
}
