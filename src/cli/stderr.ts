import { printableLines } from '../ground/printable.js';

/** Writes lines to standard error. What names hold never controls a terminal. */
export function writeStderr(text: string): void {
  process.stderr.write(printableLines(text));
}
