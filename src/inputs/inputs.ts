/**
 * All that a build reads, checked before any work starts, and opened where it must not change any more.
 */
import type { Conf, Customisation } from '../config/model.js';
import { invalid } from '../config/parse.js';
import { locate } from '../config/store-path.js';
import { closeFile } from '../files/open.js';
import { type ConfIssue, LayerstreamError } from '../ground/errors.js';
import { type BaseImage, openBaseImage } from './base-image.js';
import { openReady, type ReadyInput, treeFault } from './customisation.js';
import { checkStoreRoot, missingPaths, type Places } from './store.js';
import { makeTrees, type TreeInput } from './trees.js';

export interface BuildInputs {
  readonly base: BaseImage | undefined;
  /** Layers made of store paths, in order. */
  readonly trees: readonly TreeInput[];
  /** The customisation layer, where it stands ready. */
  readonly ready: ReadyInput | undefined;
  close(): void;
}

export interface InputOptions {
  /** A directory below which the store lies; empty for none. */
  readonly storeRoot: string;
  /** How the conf is named in messages. */
  readonly source: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * @throws {LayerstreamError} `CONF_INVALID` with all that is missing or malformed in the store; `INPUT_INVALID` for
 *   the base image; `USAGE` for a store root that is no directory; `ABORTED`. Then nothing stays open.
 */
export async function openInputs(conf: Conf, options: InputOptions): Promise<BuildInputs> {
  checkStoreRoot(options.storeRoot);
  const places = { storeDir: conf.storeDir, storeRoot: options.storeRoot.replace(/\/+$/, '') };
  const issues = missingPaths(conf, places);
  const ready = checkCustomisation(conf.customisation, places, issues);
  let base: BaseImage | undefined;
  const close = (): void => {
    base?.close();
    if (ready !== undefined) closeFile(ready.content.fd);
  };
  try {
    base = await openBase(conf.fromImage, { ...options, places, issues });
    if (issues.length > 0) throw invalid(options.source, issues);
    return { base, trees: makeTrees(conf, places.storeRoot), ready, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Opens a layer that stands ready. Adds to the issues what is wrong with one of either kind. */
function checkCustomisation(
  { kind, path }: Customisation,
  places: Places,
  issues: ConfIssue[],
): ReadyInput | undefined {
  const at = locate(path, places);
  const found = kind === 'tar' ? openReady({ path, at }) : treeFault(at);
  if (typeof found !== 'string') return found;
  issues.push({ place: 'customisation_layer', message: found });
  return undefined;
}

interface BaseOptions extends InputOptions {
  readonly places: Places;
  /** Found so far. */
  readonly issues: ConfIssue[];
}

/** A base image's fault is thrown as it is if it is the only one; else it is added to the others. */
async function openBase(
  path: string | undefined,
  { places, issues, signal }: BaseOptions,
): Promise<BaseImage | undefined> {
  if (path === undefined) return undefined;
  try {
    return await openBaseImage(locate(path, places), { signal });
  } catch (error) {
    if (issues.length === 0 || !(error instanceof LayerstreamError) || error.code === 'ABORTED') throw error;
    issues.push({ place: 'from_image', message: error.message });
    return undefined;
  }
}
