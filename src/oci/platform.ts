/** What an image runs on (OCI image-spec, image-index.md, "platform"; config.md has the same fields). */
import { isJsonObject, type JsonObject, type JsonValue } from '../ground/json/value.js';
import { DocumentError, object, optionalText } from './document.js';

export interface Platform {
  /** As Go names it: `amd64`, `arm64`, … */
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string | undefined;
}

/** What a document says of a platform that need not say all of it. */
export type PartialPlatform = { readonly [Field in keyof Platform]?: string | undefined };

/** The platform that a conf asks for. */
export interface AskedPlatform {
  readonly architecture: string;
  readonly variant?: string | undefined;
}

/** 64-bit ARM has one variant (OCI image-spec, image-index.md, "Platform Variants"), so that a conf need not name it. */
const VARIANTS: ReadonlyMap<string, string> = new Map([['arm64', 'v8']]);

/** The platform of an image that a conf describes. */
export function platformOf({ architecture, variant = VARIANTS.get(architecture) }: AskedPlatform): Platform {
  return { architecture, os: 'linux', ...(variant === undefined ? {} : { variant }) };
}

export function platformObject({ architecture, os, variant }: Platform): JsonObject {
  return object({ architecture, os, ...(variant === undefined ? {} : { variant }) });
}

/** Reads the platform of a descriptor. @throws {DocumentError} */
export function readPlatform(value: JsonValue): Platform {
  if (!isJsonObject(value)) throw new DocumentError('has a platform that is not an object');
  const [architecture, os] = [value.get('architecture'), value.get('os')];
  if (typeof architecture !== 'string' || typeof os !== 'string') {
    throw new DocumentError('has a platform without architecture or os');
  }
  return { architecture, os, variant: optionalText(value, 'variant') };
}

/** Reads the platform that is part of an image config. @throws {DocumentError} */
export function readPartialPlatform(config: JsonObject): PartialPlatform {
  const [architecture, os, variant] = ['architecture', 'os', 'variant'].map((key) => optionalText(config, key));
  return { architecture, os, variant };
}

/** `linux/arm64/v8`; undefined where os or architecture are not known. */
export function formatPlatform(platform: PartialPlatform | undefined): string | undefined {
  if (platform?.os === undefined || platform.architecture === undefined) return undefined;
  const { os, architecture, variant } = platform;
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

/** Whether an index may give this platform to the image of a config. Either may leave the variant out (config.md). */
export function isSamePlatform({ architecture, os, variant }: Platform, config: PartialPlatform): boolean {
  if (architecture !== config.architecture || os !== config.os) return false;
  return variant === undefined || config.variant === undefined || variant === config.variant;
}

/** What clients take an image of a platform to be if it names no variant, or a variant that is every machine's. */
const USUAL: Readonly<Record<string, (variant: string) => string>> = {
  amd64: (variant) => (variant === 'v1' ? '' : variant),
  arm: (variant) => (variant === '' ? 'v7' : variant.replace(/^(?=\d)/, 'v')),
  arm64: (variant) => (variant === '' ? 'v8' : variant.replace(/^(?=\d)/, 'v')),
};

/** Equal for platforms that are the same to clients (containerd, `platforms.Normalize`), and in a fixed order. */
export function platformKey({ os, architecture, variant = '' }: Platform): string {
  const normal = Object.hasOwn(USUAL, architecture) ? USUAL[architecture]?.(variant) : variant;
  return `${os}/${architecture}/${normal ?? ''}`;
}
