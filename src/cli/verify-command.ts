import { createReadStream } from 'node:fs';
import { formatBytes, formatCount } from '../format.js';
import { verifyArchive } from '../verify/verify.js';
import { EXIT, reportError } from './report-error.js';

/** Checks an archive and tells what it found; returns the exit status. */
export async function verifyCommand(path: string): Promise<number> {
  const name = path === '-' ? 'standard input' : path;
  try {
    const input = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 1024 * 1024 });
    const report = await verifyArchive(input, name);
    for (const { imageId, repoTags, layers } of report.images) {
      const bytes = layers.reduce((sum, layer) => sum + layer.size, 0);
      const tags = repoTags.length === 0 ? 'untagged' : repoTags.join(' ');
      const size = `${formatCount(layers.length, 'layer')}, ${formatBytes(bytes)}`;
      process.stdout.write(`${imageId ?? 'no image config'}  ${tags}  ${size}\n`);
    }
    for (const mismatch of report.mismatches) process.stderr.write(`layerstream: ${name}: ${mismatch}\n`);
    if (report.mismatches.length === 0) process.stdout.write(`${name}: all that it claims holds\n`);
    else
      process.stderr.write(
        `layerstream: ${name}: ${formatCount(report.mismatches.length, 'mismatch', 'mismatches')}\n`,
      );
    return report.mismatches.length === 0 ? EXIT.done : EXIT.failed;
  } catch (error) {
    // An archive that cannot be read is none that holds what it claims.
    reportError(error);
    return EXIT.failed;
  }
}
