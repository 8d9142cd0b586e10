/** The image config (OCI image-spec, config.md). Its digest is the image ID. */
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../ground/json/value.js';
import { type Digest, parseDigest } from './digest.js';
import {
  type Document,
  DocumentError,
  makeDocument,
  object,
  optionalText,
  optionalTextList,
  readObject,
  textList,
} from './document.js';
import { type PartialPlatform, readPartialPlatform } from './platform.js';
import { formatList } from './python-list.js';

/** What an image config says apart from the layers. */
export interface ImageSettings {
  readonly architecture: string;
  readonly variant?: string | undefined;
  readonly created: string;
  /** How a container runs. */
  readonly config: JsonObject | null;
}

/** What the image config says of a layer. */
export interface ConfigLayer {
  readonly diffId: Digest;
  /** What the layer was made of, as the history names it. */
  readonly paths: readonly string[];
}

/** The parts of an image config that this program uses. Anybody may have written it. */
export interface ImageConfig {
  readonly diffIds: readonly Digest[];
  /** Comments of the history's items that made a layer, in order; undefined where it has no item. */
  readonly history: readonly (string | undefined)[] | undefined;
  readonly env: readonly string[];
  readonly platform: PartialPlatform;
}

/** Has the very bytes that nixpkgs' script writes, which knows no variant, so that both give one image ID. */
export function makeImageConfig(settings: ImageSettings, layers: readonly ConfigLayer[]): Document {
  const { created, architecture, variant, config } = settings;
  return makeDocument(
    object({
      created,
      architecture,
      os: 'linux',
      ...(variant === undefined ? {} : { variant }),
      config,
      rootfs: object({ diff_ids: layers.map(({ diffId }) => diffId), type: 'layers' }),
      history: layers.map(({ paths }) => object({ created, comment: layerComment(paths) })),
    }),
  );
}

/** What the history says of a layer. */
export function layerComment(paths: readonly string[]): string {
  return `store paths: ${formatList(paths)}`;
}

/** @throws {DocumentError} */
export function readImageConfig(bytes: Uint8Array): ImageConfig {
  const document = readObject(bytes);
  const rootfs = document.get('rootfs');
  if (!isJsonObject(rootfs)) throw new DocumentError('has no rootfs');
  // Clients take one without a type, and Go writes that as an empty text.
  const type = optionalText(rootfs, 'type');
  if (type !== undefined && type !== '' && type !== 'layers') {
    throw new DocumentError('has a rootfs.type that is not "layers"');
  }
  const diffIds = textList(rootfs.get('diff_ids'), 'rootfs.diff_ids').map((text, i) => {
    const digest = parseDigest(text);
    if (digest === undefined) throw new DocumentError(`rootfs.diff_ids[${i}] is not a SHA-256 digest: ${text}`);
    return digest;
  });
  const config = document.get('config') ?? null;
  if (config !== null && !isJsonObject(config)) throw new DocumentError('has a config that is not an object');
  const env = optionalTextList(config?.get('Env'), 'config.Env');
  const history = readHistory(document.get('history') ?? null);
  return { diffIds, history, env, platform: readPartialPlatform(document) };
}

function readHistory(history: JsonValue): (string | undefined)[] | undefined {
  if (history === null) return undefined;
  if (!isJsonArray(history)) throw new DocumentError('has a history that is not a list');
  if (history.length === 0) return undefined;
  return history.flatMap((item) => {
    if (!isJsonObject(item)) throw new DocumentError('has a history item that is not an object');
    const comment = item.get('comment');
    return item.get('empty_layer') === true ? [] : [typeof comment === 'string' ? comment : undefined];
  });
}
