/** A description as what an image is made from. */
import type { Conf } from '../config/model.js';
import { storePathFault } from '../config/store-path.js';
import type { Description } from '../describe/schema.js';
import { LayerstreamError } from '../ground/errors.js';
import { JsonSyntaxError, parseJson } from '../ground/json/parse.js';
import { isJsonObject, type JsonObject } from '../ground/json/value.js';
import { readImageConfig } from '../oci/config.js';
import { DocumentError } from '../oci/document.js';
import type { ImageInput } from './inputs.js';

export interface NamedInput extends ImageInput {
  readonly repoTags: readonly string[];
}

export function isDescription(input: Conf | Description): input is Description {
  return 'schemaVersion' in input;
}

/**
 * What a conf or a description says that an image is made from.
 *
 * @throws {LayerstreamError} `DESCRIPTION_INVALID` for a description that does not say it
 */
export function imageInput(input: Conf | Description): NamedInput {
  if (!isDescription(input)) return { conf: input, repoTags: [input.repoTag] };
  const layers = input.layers.map(({ kind, name, paths, size, diffId }) => ({
    origin: kind,
    name: name ?? undefined,
    paths,
    size,
    diffId: diffId?.digest,
  }));
  return { conf: confOf(input), described: { layers, env: envOf(input) }, repoTags: input.repoTags };
}

function envOf({ image }: Description): readonly string[] | undefined {
  if (image === null) return undefined;
  try {
    return readImageConfig(Buffer.from(image.config.text)).env;
  } catch (error) {
    throw error instanceof DocumentError ? invalid(`image.config.text: it ${error.message}`) : error;
  }
}

function confOf({ conf, layers, repoTags, architecture, variant, created }: Description): Conf {
  if (conf === null) {
    throw new LayerstreamError('DESCRIPTION_INVALID', 'description: it does not say how its layers are made', {
      hint: 'An older layerstream wrote it. Describe the image again.',
    });
  }
  const { storeDir, customisation, fromImage, ownership, archiveTime } = conf;
  const storeLayers = layers.flatMap(({ kind, paths }) => (kind === 'store' ? [paths] : []));
  for (const path of [...storeLayers.flat(), customisation.path]) {
    const fault = storePathFault(path, storeDir);
    if (fault !== undefined) throw invalid(`expected ${fault}, found ${JSON.stringify(path)}`);
  }
  return {
    architecture,
    ...(variant === undefined ? {} : { variant }),
    created,
    config: readConfig(conf.config),
    repoTag: repoTags[0] ?? '',
    storeDir,
    storeLayers,
    customisation,
    fromImage: fromImage ?? undefined,
    ownership,
    archiveTime,
  };
}

function readConfig(text: string): JsonObject | null {
  try {
    const config = parseJson(text);
    if (config === null || isJsonObject(config)) return config;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
  }
  throw invalid('conf.config: expected the JSON of an object, or null');
}

function invalid(what: string): LayerstreamError {
  return new LayerstreamError('DESCRIPTION_INVALID', `description: ${what}`, {
    hint: 'Describe the image again.',
  });
}
