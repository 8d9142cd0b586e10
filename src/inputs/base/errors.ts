import { LayerstreamError } from '../../ground/errors.js';

export type BaseFormat = 'docker-archive' | 'OCI image layout';

const HINTS: Readonly<Record<BaseFormat, string>> = {
  'docker-archive': 'Make it again, with `docker save` or `skopeo copy … docker-archive:FILE`.',
  'OCI image layout': 'Make it again, with `skopeo copy … oci:DIR:TAG` or `oci-archive:FILE`.',
};

/** What a base image may be: the hint where it is something else. */
export const FORMATS =
  'It must be a docker-archive, an OCI image layout or an archive of one, as `docker save` and skopeo write them.';

/** The error for a base image of which something is missing or broken. */
export function malformed(
  { path }: { readonly path: string },
  format: BaseFormat,
  what: string,
  cause?: unknown,
): LayerstreamError {
  return new LayerstreamError('INPUT_INVALID', `base image ${path} is not a whole ${format}: ${what}`, {
    path,
    cause,
    hint: HINTS[format],
  });
}

/** The error for a base image that cannot be opened. */
export function unusable(
  path: string,
  what: string,
  details: { hint?: string; cause?: unknown } = {},
): LayerstreamError {
  return new LayerstreamError('INPUT_INVALID', `base image ${path} ${what}`, { path, ...details });
}
