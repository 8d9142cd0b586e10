/** Checks of what is built together, before anything is read of it. */
import { LayerstreamError } from '../ground/errors.js';
import type { NamedInput } from '../inputs/described.js';
import type { ImageName } from '../oci/image-name.js';
import { formatPlatform, platformKey, platformOf } from '../oci/platform.js';
import { layoutNames } from './image-names.js';

/** What images of one call are built from, and what messages call it. */
export interface SourcedInput {
  readonly input: NamedInput;
  readonly source: string;
}

/**
 * Images of one call share their names, so each must be for a platform of its own.
 *
 * @throws {LayerstreamError} `USAGE`
 */
export function checkPlatforms(inputs: readonly SourcedInput[]): void {
  if (inputs.length === 0) throw new LayerstreamError('USAGE', 'no conf is given');
  const taken = new Map<string, string>();
  for (const { input, source } of inputs) {
    const platform = platformOf(input.conf);
    const other = taken.get(platformKey(platform));
    if (other !== undefined) {
      throw new LayerstreamError('USAGE', `${other} and ${source} are both for ${formatPlatform(platform)}`, {
        hint: 'What is built together becomes one index, with one image for each platform. Build other images on their own.',
      });
    }
    taken.set(platformKey(platform), source);
  }
}

/**
 * What images of one call are called: by the tags that were asked for, or else as their confs say.
 *
 * @throws {LayerstreamError} `USAGE` where the confs do not agree, and no tag says it; else as `layoutNames`
 */
export function sharedNames(inputs: readonly SourcedInput[], tags: readonly string[] = []): ImageName[] {
  const named = inputs.map(({ input, source }) => layoutNames(input.repoTags, { tags, source }));
  const different = new Set(named.map((names) => names.map(({ text }) => text).join(', ')));
  const [first] = named;
  if (different.size === 1 && first !== undefined) return first;
  throw new LayerstreamError('USAGE', `the confs have different names: ${[...different].join('; ')}`, {
    hint: 'Give the name that all images are to have with --tag.',
  });
}
