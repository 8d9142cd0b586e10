const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `5.42 GB`; decimal units. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toPrecision(3)} ${UNITS[power]}`;
}

/** `914 MB/s`. */
export function formatRate(bytes: number, seconds: number): string {
  return seconds > 0 ? `${Math.round(bytes / seconds / 1e6)} MB/s` : '– MB/s';
}

export function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}

/** `1 layer`, `1,204 entries`. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? singular : plural}`;
}
