import type { StdoutOptions } from '../files/stdout.js';
import { printableLines } from '../ground/printable.js';

/**
 * Writes the result of a command to standard output, in one piece or in several, once it is known that it can be written.
 * What names hold never controls a terminal.
 *
 * @throws {LayerstreamError} `WRITE_FAILED`, `OUTPUT_CLOSED`
 */
export async function writeResult(
  produce: (write: (text: string) => Promise<void>) => Promise<void>,
  options?: StdoutOptions,
): Promise<void> {
  const { openStdout } = await import('../files/stdout.js');
  const output = await openStdout(options);
  try {
    await produce((text) => output.write(Buffer.from(printableLines(text))));
    await output.commit();
  } catch (error) {
    output.abort();
    throw error;
  }
}
