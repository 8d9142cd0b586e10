import type { ConfigPlatform } from '../oci/docker-documents.js';
import type { DescribedPlatform } from '../oci/layout-documents.js';

/** `linux/arm64/v8`; undefined where os or architecture are not known. */
export function formatPlatform(platform: ConfigPlatform | undefined): string | undefined {
  if (platform?.os === undefined || platform.architecture === undefined) return undefined;
  const { os, architecture, variant } = platform;
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

/** Whether an index may say so of a config. Either may leave the variant out (OCI image-spec, config.md). */
export function isSamePlatform(described: DescribedPlatform, config: ConfigPlatform): boolean {
  const { architecture, os, variant } = described;
  if (architecture !== config.architecture || os !== config.os) return false;
  return variant === undefined || config.variant === undefined || variant === config.variant;
}
