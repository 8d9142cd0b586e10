/** Tells of an image without making it: walks its trees, and reads no file of theirs. */

import type { Conf } from '../config/model.js';
import { type DescribedLayer, type Description, SCHEMA_VERSION } from '../describe/schema.js';
import { type BuildOptions, type ImageBuild, withImage } from '../pipeline/image-build.js';
import type { BuildLayer } from '../pipeline/layers.js';
import { Crew } from '../threads/crew.js';
import { describeDocuments, type IdentifiedLayer } from './described-documents.js';

export type DescribeOptions = Pick<BuildOptions, 'workers' | 'storeRoot' | 'cacheDirectory' | 'signal' | 'source'>;

/**
 * Describes the image that a conf stands for: its layers, their sizes, and their diffIDs where they are known. Nothing is
 * hashed and nothing is written: a diffID is what an earlier build learned, if `cacheDirectory` names its cache, or what
 * the base image or the customisation layer's `checksum` announces, or not known. Where all are known, so are the image
 * config, and with it the image ID, and the manifests: `manifest.json` of the docker-archive, and the image manifest of an
 * OCI layout without compression, in which a layer's digest is its diffID.
 *
 * A crew that was started with the same options is taken over, and stopped in the end.
 *
 * @throws {LayerstreamError} as a build does before it hashes: `CONF_INVALID` or `INPUT_INVALID` for what the conf names;
 *   `FILE_UNSUPPORTED`, `READ_FAILED` or `PATH_CHANGED` for what a store path holds; `USAGE`, `ABORTED`
 */
export async function describeImage(
  conf: Conf,
  options: DescribeOptions = {},
  crew: Crew = new Crew(options),
): Promise<Description> {
  return withImage(conf, { options, crew }, async (build) => {
    await build.scanned;
    return describe(conf, build);
  });
}

function describe(conf: Conf, build: ImageBuild): Description {
  const found = build.layers.map((layer) => identify(layer, build));
  const layers = build.layers.map((layer, i) =>
    describeLayer(layer, { found: found[i], isLast: i + 1 === found.length }),
  );
  const known = found.filter((item) => item !== undefined);
  return {
    schemaVersion: SCHEMA_VERSION,
    repoTag: conf.repoTag,
    architecture: conf.architecture,
    os: 'linux',
    created: conf.created,
    layers,
    entries: layers.reduce((total, { entries }) => total + (entries ?? 0), 0),
    size: layers.reduce((total, { size }) => total + size, 0),
    image: known.length === layers.length ? describeDocuments(known, build.facts) : null,
  };
}

function identify(layer: BuildLayer, { known }: ImageBuild): IdentifiedLayer | undefined {
  const facts = known.find(layer);
  if (facts !== undefined) return { layer, facts, evidence: 'hashed' };
  const { announced } = layer.plan;
  if (announced === undefined) return undefined;
  return { layer, facts: { diffId: announced, size: layer.size, blobs: new Map() }, evidence: 'announced' };
}

function describeLayer(
  layer: BuildLayer,
  { found, isLast }: { readonly found: IdentifiedLayer | undefined; readonly isLast: boolean },
): DescribedLayer {
  const { isOwn, paths } = layer.plan;
  return {
    // Every conf has a customisation layer, and it is the last.
    kind: isOwn ? (isLast ? 'customisation' : 'store') : 'base',
    name: layer.name ?? null,
    paths: isOwn ? [...paths] : [],
    entries: layer.content.kind === 'tree' ? layer.entries : null,
    size: layer.size,
    diffId: found === undefined ? null : { digest: found.facts.diffId, evidence: found.evidence },
  };
}
