import type { Description } from '../describe/schema.js';
import { imageInput, isDescription } from '../inputs/described.js';
import { type Workshop, withImage } from '../pipeline/image.js';
import { describeBuild } from '../sinks/description.js';
import type { ImageSource, VerbOptions } from './options.js';

interface DescribeRequest {
  readonly source: ImageSource;
  readonly options: VerbOptions;
}

/** See `Session.describe`. */
export async function describe(workshop: Workshop, { source, options }: DescribeRequest): Promise<Description> {
  if (isDescription(source)) return source;
  return withImage(imageInput(source), { workshop, options: { ...options, hashing: 'on-demand' } }, async (build) => {
    await build.scanned;
    return describeBuild(source, build);
  });
}
