import { join } from 'node:path';
import type { Conf } from '../config/model.js';
import { type ConfIssue, LayerstreamError } from '../ground/errors.js';
import { platformOf } from '../oci/platform.js';
import { openBaseImage } from './base-image.js';
import { onDisk } from './on-disk.js';
import type { DescribedInput, LayerInput } from './plan.js';
import { absence, isMissing, type Places } from './store.js';

export interface OpenBase {
  readonly layers: readonly LayerInput[];
  readonly env: readonly string[] | undefined;
  readonly warnings: readonly string[];
  close(): void;
}

/** Where a conf says that the base image is, and which image of it. */
interface BaseReference {
  readonly path: string;
  /** A name of an image in it: what stands after the last `#`, if nothing is at the whole as a path. */
  readonly name: string | undefined;
}

export function readBaseReference(text: string, places: Places): BaseReference {
  const at = text.lastIndexOf('#');
  const isNamed = at > 0 && at < text.length - 1;
  if (!isNamed || !isMissing(onDisk(text, places))) return { path: text, name: undefined };
  return { path: text.slice(0, at), name: text.slice(at + 1) };
}

interface BaseOptions {
  readonly places: Places;
  /** Found so far. */
  readonly issues: ConfIssue[];
  readonly described: DescribedInput | undefined;
  readonly signal: AbortSignal | undefined;
}

const NO_BASE: OpenBase = { layers: [], env: undefined, warnings: [], close: () => {} };

/**
 * Opens the base image that a conf names. Its fault is thrown as it is if it is the only one; else it is added to the
 * others.
 */
export async function openBase(conf: Conf, { places, issues, described, signal }: BaseOptions): Promise<OpenBase> {
  if (conf.fromImage === undefined) return NO_BASE;
  const reference = readBaseReference(conf.fromImage, places);
  const path = onDisk(reference.path, places);
  const fault = absence(path);
  if (fault !== undefined) {
    if (described !== undefined) {
      return { ...NO_BASE, layers: missingLayers(described, path), env: missingEnv(described, path) };
    }
    issues.push({ place: 'from_image', message: fault });
    return NO_BASE;
  }
  try {
    const { layers, env, warnings, close } = await openBaseImage(path, {
      name: reference.name,
      platform: platformOf(conf),
      locate: (name) => onDisk(join(reference.path, name), places),
      signal,
    });
    return {
      layers: layers.map(({ name, diffId, content }) => ({
        origin: 'base',
        name,
        paths: [name],
        source: { kind: 'tar', content },
        announced: { diffId, by: 'base image', isTrusted: true },
      })),
      env,
      warnings,
      close,
    };
  } catch (error) {
    if (issues.length === 0 || !(error instanceof LayerstreamError) || error.code === 'ABORTED') throw error;
    issues.push({ place: 'from_image', message: error.message });
    return NO_BASE;
  }
}

/** The image's environment serves for that of its base: merged with the image's own it stays the same. */
function missingEnv({ env }: DescribedInput, path: string): readonly string[] {
  if (env !== undefined) return env;
  throw new LayerstreamError(
    'INPUT_INVALID',
    `base image ${path} does not exist, and its environment is not described`,
    {
      path,
      hint: 'Describe the image again when the digests of all its layers are known, or bring the base image here.',
    },
  );
}

/** The base image's layers as they are described. */
function missingLayers({ layers }: DescribedInput, path: string): LayerInput[] {
  return layers.flatMap(({ origin, name }): LayerInput[] => {
    if (origin !== 'base') return [];
    return [{ origin, name, paths: [name ?? ''], source: { kind: 'missing', path }, announced: undefined }];
  });
}
