import type { Conf } from '../config/model.js';
import { type ConfIssue, LayerstreamError } from '../ground/errors.js';
import { openBaseImage } from './base-image.js';
import { onDisk } from './on-disk.js';
import type { DescribedInput, LayerInput } from './plan.js';
import { absence, type Places } from './store.js';

export interface OpenBase {
  readonly layers: readonly LayerInput[];
  readonly env: readonly string[] | undefined;
  close(): void;
}

interface BaseOptions {
  readonly places: Places;
  /** Found so far. */
  readonly issues: ConfIssue[];
  readonly described: DescribedInput | undefined;
  readonly signal: AbortSignal | undefined;
}

const NO_BASE: OpenBase = { layers: [], env: undefined, close: () => {} };

/**
 * Opens the base image that a conf names. Its fault is thrown as it is if it is the only one; else it is added to the
 * others.
 */
export async function openBase(
  { fromImage }: Conf,
  { places, issues, described, signal }: BaseOptions,
): Promise<OpenBase> {
  if (fromImage === undefined) return NO_BASE;
  const path = onDisk(fromImage, places);
  const fault = absence(path);
  if (fault !== undefined) {
    if (described !== undefined) {
      return { ...NO_BASE, layers: missingLayers(described, path), env: missingEnv(described, path) };
    }
    issues.push({ place: 'from_image', message: fault });
    return NO_BASE;
  }
  try {
    const { layers, env, close } = await openBaseImage(path, { signal });
    return {
      layers: layers.map(({ name, diffId, part }) => ({
        origin: 'base',
        name,
        paths: [name],
        source: { kind: 'part', part },
        announced: { diffId, by: 'base image', isTrusted: true },
      })),
      env,
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
