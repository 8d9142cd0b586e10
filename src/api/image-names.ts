import type { Conf } from '../config/model.js';
import { LayerstreamError } from '../ground/errors.js';
import { type ImageName, parseImageName } from '../oci/image-name.js';

/**
 * What an image is called in a layout: by the tags that were asked for, or else as the conf says.
 *
 * @throws {LayerstreamError} `USAGE`
 */
export function imageNames({ repoTag }: Conf, tags: readonly string[] | undefined): ImageName[] {
  const given = tags === undefined || tags.length === 0 ? [repoTag] : tags;
  return given.map((text) => {
    const name = parseImageName(text);
    if (name !== undefined) return name;
    throw new LayerstreamError('USAGE', `${JSON.stringify(text)} is no name of an image`, {
      hint: 'Give it with --tag: registry.example/app:1.2 (all but the tag in lower case), or a tag alone.',
    });
  });
}
