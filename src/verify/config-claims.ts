/** The claims of an image config about the manifest that names it: OCI's, or a docker-archive's `manifest.json`. */
import { isRfc3339 } from '../config/time.js';
import { exactCount, formatCount } from '../ground/format.js';
import { isJsonArray, isJsonObject, type JsonValue } from '../ground/json/value.js';
import type { ImageConfig } from '../oci/config.js';
import { readObject } from '../oci/document.js';

export interface ConfigClaims {
  readonly config: ImageConfig;
  /** The config's name, for messages. */
  readonly name: string;
  /** The manifest's name, for messages. */
  readonly manifest: string;
  /** The number of layers that the manifest lists. */
  readonly layers: number;
}

export function checkLayerCounts({ config, name, manifest, layers }: ConfigClaims, mismatches: string[]): void {
  const { diffIds, history } = config;
  if (diffIds.length !== layers) {
    mismatches.push(
      `${manifest} lists ${exactCount(layers, 'layer')}, and ${name} ${exactCount(diffIds.length, 'diff_id')}`,
    );
  }
  if (history !== undefined && history.length !== layers) {
    mismatches.push(`${manifest} lists ${exactCount(layers, 'layer')}, and the history of ${name} ${history.length}`);
  }
}

/** Both fields are required (OCI image-spec, config.md, "Properties"). */
export function checkPlatform({ config, name }: ConfigClaims, mismatches: string[]): void {
  if (config.platform.architecture === undefined) mismatches.push(`${name} has no architecture`);
  if (config.platform.os === undefined) mismatches.push(`${name} has no os`);
}

/**
 * What is wrong with the times of a config, if anything is, in words that follow its name. Clients written in Go read each into a
 * `time.Time` (OCI image-spec, config.md, "created"), and read nothing of a config with any other text.
 *
 * @throws {DocumentError}
 */
export function timeFaults(bytes: Uint8Array): string[] {
  const config = readObject(bytes);
  const history = config.get('history') ?? null;
  const items = isJsonArray(history) ? history : [];
  const times: [place: string, time: JsonValue | undefined][] = [
    ['created', config.get('created')],
    ...items.map((item, i): [string, JsonValue | undefined] => [
      `history[${i}].created`,
      isJsonObject(item) ? item.get('created') : undefined,
    ]),
  ];
  const wrong = times.filter(([, time]) => (time ?? null) !== null && !(typeof time === 'string' && isRfc3339(time)));
  const [first, ...others] = wrong;
  if (first === undefined) return [];
  const [place, time] = first;
  const found = typeof time === 'string' ? JSON.stringify(time.slice(0, 100)) : 'no text';
  const more = others.length === 0 ? '' : `, and ${formatCount(others.length, 'more such time')}`;
  return [`has no RFC 3339 time as ${place}, but ${found}${more}: clients refuse it`];
}
