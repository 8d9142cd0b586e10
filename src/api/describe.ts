import type { Description } from '../describe/schema.js';
import { imageInput, isDescription } from '../inputs/described.js';
import { type Workshop, withImage } from '../pipeline/image.js';
import { describeBuild, renameDescription } from '../sinks/description.js';
import { archiveTags } from './image-names.js';
import type { ImageSource, VerbOptions } from './options.js';

interface DescribeRequest {
  readonly source: ImageSource;
  readonly options: VerbOptions;
}

/** See `Session.describe`. */
export async function describe(workshop: Workshop, { source, options }: DescribeRequest): Promise<Description> {
  if (isDescription(source)) return renameDescription(source, archiveTags(source.repoTags, options));
  const input = imageInput(source);
  const repoTags = archiveTags(input.repoTags, options);
  const request = { workshop, options: { ...options, hashing: 'on-demand' } as const };
  return withImage({ ...input, repoTags }, request, async (build) => {
    await build.scanned;
    return describeBuild(source, build);
  });
}
