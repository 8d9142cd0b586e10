/**
 * All that a build reads, checked before any work starts, and opened where it must not change any more.
 */

import type { Conf } from '../config/model.js';
import { invalid } from '../config/parse.js';
import { locate } from '../config/store-path.js';
import { type ConfIssue, LayerstreamError } from '../ground/errors.js';
import { exactCount } from '../ground/format.js';
import { openBase, readBaseReference } from './base-layers.js';
import { bringHint } from './bring-hint.js';
import { openCustomisation } from './customisation.js';
import { type DescribedInput, type LayerInput, type LayerPlan, planLayers } from './plan.js';
import { checkStoreRoot, isMissing, type Places } from './store.js';
import { storeLayers } from './trees.js';

/** What an image is made from: a conf, or the conf of a description and what it says of the layers. */
export interface ImageInput {
  readonly conf: Conf;
  /** Layers whose paths do not exist are then known by this alone. */
  readonly described?: DescribedInput | undefined;
  /** What it is called, if that is not the conf's `repo_tag`. */
  readonly repoTags?: readonly string[] | undefined;
}

export interface BuildInputs {
  readonly layers: readonly LayerPlan[];
  /** `Env` of the base image; undefined if there is none. */
  readonly baseEnv: readonly string[] | undefined;
  /** What is odd, but no error. */
  readonly warnings: readonly string[];
  close(): void;
}

/** The most layers that Docker's daemon takes (moby, layer/layer_store.go, `maxLayerDepth`). */
const DOCKER_LAYERS = 125;

export interface InputOptions {
  /** A directory below which the store lies; empty for none. */
  readonly storeRoot: string;
  /** What messages call the conf. */
  readonly source: string;
  /** Ends it with `ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Checks and opens all that an image is made from.
 *
 * @throws {LayerstreamError} `CONF_INVALID` with all that is missing or malformed in the store; `INPUT_INVALID` for
 *   the base image; `USAGE` for a store root that is no directory; `ABORTED`. Then nothing stays open.
 */
export async function openInputs({ conf, described }: ImageInput, options: InputOptions): Promise<BuildInputs> {
  const { signal, source } = options;
  checkStoreRoot(options.storeRoot);
  const places: Places = { storeDir: conf.storeDir, storeRoot: options.storeRoot.replace(/\/+$/, '') };
  const issues: ConfIssue[] = [];
  const opened: { close(): void }[] = [];
  const close = (): void => {
    for (const input of opened) input.close();
  };
  try {
    const mayMiss = described !== undefined;
    const stores = storeLayers(conf, { places, issues, mayMiss });
    const customisation = openCustomisation(conf, { places, issues, mayMiss });
    opened.push(customisation);
    const base = await openBase(conf, { places, issues, described, signal });
    opened.push(base);
    const layers = [...base.layers, ...stores, ...customisation.layers];
    if (issues.length > 0) throw invalid(source, issues, bringHint(missingPaths(conf, places), places));
    if (described !== undefined) checkDescribed(layers, described);
    const warnings = [...base.warnings, ...tooManyLayers(layers)];
    return { layers: planLayers(layers, described?.layers), baseEnv: base.env, warnings, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Those that the conf names and that are not here, in its order. */
function missingPaths({ storeLayers, customisation, fromImage }: Conf, places: Places): string[] {
  const named = [
    ...storeLayers.flat(),
    customisation.path,
    ...(fromImage === undefined ? [] : [readBaseReference(fromImage, places).path]),
  ];
  return named.filter((path) => isMissing(locate(path, places)));
}

function tooManyLayers(layers: readonly LayerInput[]): string[] {
  if (layers.length <= DOCKER_LAYERS) return [];
  const ofBase = layers.filter(({ origin }) => origin === 'base').length;
  const origins = ofBase === 0 ? '' : `, ${ofBase} of them from the base image`;
  return [
    `the image has ${exactCount(layers.length, 'layer')}${origins}; Docker refuses images of more than ${DOCKER_LAYERS} ("max depth ` +
      'exceeded"). Give maxLayers in nixpkgs a smaller number',
  ];
}

/** The base image may have become another one since. */
function checkDescribed(layers: readonly LayerInput[], described: DescribedInput): void {
  const isSame = ({ origin }: LayerInput, i: number): boolean => origin === described.layers[i]?.origin;
  if (layers.length === described.layers.length && layers.every(isSame)) return;
  throw new LayerstreamError(
    'INPUT_INVALID',
    `the image has ${exactCount(layers.length, 'layer')}, and the description ${described.layers.length}`,
    { hint: 'The base image is not the one that was described. Describe the image again.' },
  );
}
