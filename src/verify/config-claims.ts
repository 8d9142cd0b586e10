/** The claims of an image config about the manifest that names it: OCI's, or a docker-archive's `manifest.json`. */
import type { ImageConfig } from '../oci/config.js';

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
    mismatches.push(`${manifest} lists ${layers} layers, and ${name} ${diffIds.length} diff_ids`);
  }
  if (history !== undefined && history.length !== layers) {
    mismatches.push(`${manifest} lists ${layers} layers, and the history of ${name} ${history.length}`);
  }
}

/** Both fields are required (OCI image-spec, config.md, "Properties"). */
export function checkPlatform({ config, name }: ConfigClaims, mismatches: string[]): void {
  if (config.platform.architecture === undefined) mismatches.push(`${name} has no architecture`);
  if (config.platform.os === undefined) mismatches.push(`${name} has no os`);
}
