import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { formatBytes, formatCount } from '../ground/format.js';
import type { ImageFormat, VerifiedImage, VerifyReport } from '../verify/report.js';
import { verifyArchive, verifyLayout } from '../verify/verify.js';
import { EXIT, reportError } from './report-error.js';

const FORMATS: Readonly<Record<ImageFormat, string>> = {
  'docker-archive': 'docker-archive',
  'oci-layout': 'OCI image layout',
};

/** Checks an archive, or the directory of a layout, and prints the result; returns the exit status. */
export async function verifyCommand(path: string): Promise<number> {
  const name = path === '-' ? 'standard input' : path;
  try {
    const { formats, images, mismatches, notes } = await verify(path, name);
    if (formats.length > 0) {
      process.stdout.write(`${name}: ${formats.map((format) => FORMATS[format]).join(' and ')}\n`);
    }
    for (const image of images) process.stdout.write(`${formatImage(image)}\n`);
    for (const note of notes) process.stderr.write(`layerstream: ${name}: note: ${note}\n`);
    for (const mismatch of mismatches) process.stderr.write(`layerstream: ${name}: ${mismatch}\n`);
    if (mismatches.length === 0) process.stdout.write(`${name}: all that it claims holds\n`);
    else process.stderr.write(`layerstream: ${name}: ${formatCount(mismatches.length, 'mismatch', 'mismatches')}\n`);
    return mismatches.length === 0 ? EXIT.done : EXIT.failed;
  } catch (error) {
    // Even if it is a usage error: what cannot be read does not hold what it claims.
    reportError(error);
    return EXIT.failed;
  }
}

async function verify(path: string, name: string): Promise<VerifyReport> {
  if (path === '-') return verifyArchive(process.stdin, name);
  // If the path is wrong, reading it reports why.
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return verifyLayout(path);
  return verifyArchive(createReadStream(path, { highWaterMark: 1024 * 1024 }), name);
}

function formatImage({ imageId, repoTags, platform, layers }: VerifiedImage): string {
  const bytes = layers.reduce((total, layer) => total + layer.size, 0);
  const tags = repoTags.length === 0 ? 'untagged' : repoTags.join(' ');
  const size = `${formatCount(layers.length, 'layer')}, ${formatBytes(bytes)}`;
  return [imageId ?? 'no image config', tags, ...(platform === undefined ? [] : [platform]), size].join('  ');
}
