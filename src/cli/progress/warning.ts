/** Tells of what is odd about the input but no error, whatever else is told. */
export function writeWarning(message: string): void {
  process.stderr.write(formatWarning(message));
}

export function formatWarning(message: string): string {
  return `layerstream: warning: ${message}\n`;
}
