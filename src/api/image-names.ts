import type { BuildListener } from '../events/events.js';
import { LayerstreamError } from '../ground/errors.js';
import { type ImageName, parseImageName } from '../oci/image-name.js';

export interface NamingOptions {
  readonly tags?: readonly string[] | undefined;
  /** What messages call the conf. */
  readonly source?: string | undefined;
}

const NAME_HINT = 'A name is like app:1.2 or registry.example/team/app:1.2, with no capitals in the repository.';

/**
 * Reads names that were asked for; one that is there twice counts once.
 *
 * @throws {LayerstreamError} `USAGE`
 */
export function parseTags(tags: readonly string[]): ImageName[] {
  const names = tags.map((text) => {
    const name = parseImageName(text);
    if (name !== undefined) return name;
    throw new LayerstreamError('USAGE', `${JSON.stringify(text)} is not an image name`, { hint: NAME_HINT });
  });
  return unique(names);
}

/**
 * What an image is called in a layout: by the tags that were asked for, or else as the conf says, whose names are `own`.
 *
 * @throws {LayerstreamError} `USAGE`, or `CONF_INVALID` for a name of the conf that cannot be one there
 */
export function layoutNames(own: readonly string[], { tags = [], source = 'conf' }: NamingOptions): ImageName[] {
  if (tags.length > 0) return parseTags(tags);
  const names = own.map((text) => {
    const name = parseImageName(text);
    if (name !== undefined) return name;
    throw new LayerstreamError('CONF_INVALID', `${source}: repo_tag: ${JSON.stringify(text)} is not an image name`, {
      hint: `Name the image with --tag. ${NAME_HINT}`,
    });
  });
  return unique(names);
}

/**
 * What an image is called in a docker-archive: by the tags that were asked for, or else in the conf's own words, since
 * these are in the bytes that nixpkgs' script writes. Docker refuses words that are not a name and a tag.
 *
 * @throws {LayerstreamError} `USAGE`
 */
export function archiveTags(
  own: readonly string[],
  { tags = [], source = 'conf', onEvent }: NamingOptions & { readonly onEvent?: BuildListener | undefined },
): readonly string[] {
  if (tags.length > 0) return parseTags(tags).map(({ text }) => text);
  for (const text of own) {
    if (parseImageName(text)?.text === text) continue;
    const fault = `${JSON.stringify(text)} is not a name with a tag, and Docker refuses it`;
    onEvent?.({ type: 'warning', message: `${source}: repo_tag: ${fault}; name the image with --tag` });
  }
  return own;
}

function unique(names: readonly ImageName[]): ImageName[] {
  return names.filter(({ full }, i) => names.findIndex((other) => other.full === full) === i);
}
