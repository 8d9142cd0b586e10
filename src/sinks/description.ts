/** Describes an image without making it. Its trees are walked, and no file of theirs is read. */
import type { Conf } from '../config/model.js';
import { type DescribedLayer, type Description, SCHEMA_VERSION } from '../describe/schema.js';
import { stringifyJson } from '../ground/json/stringify.js';
import type { ImageBuild } from '../pipeline/image.js';
import type { PipelineLayer } from '../pipeline/layer.js';
import { describeDocuments, type IdentifiedLayer, renameDocuments } from './described-documents.js';

/** For an image whose layers are all scanned. */
export function describeBuild(conf: Conf, build: ImageBuild): Description {
  const found = build.layers.map((layer) => identify(layer, build));
  const layers = build.layers.map((layer, i) => describeLayer(layer, found[i]));
  const known = found.filter((item) => item !== undefined);
  const { config, storeDir, customisation, fromImage, ownership, archiveTime } = conf;
  return {
    schemaVersion: SCHEMA_VERSION,
    repoTags: [...build.image.repoTags],
    architecture: conf.architecture,
    ...(conf.variant === undefined ? {} : { variant: conf.variant }),
    os: 'linux',
    created: conf.created,
    conf: {
      config: stringifyJson(config),
      storeDir,
      customisation: { ...customisation },
      fromImage: fromImage ?? null,
      ownership: { ...ownership },
      archiveTime,
    },
    layers,
    entries: layers.reduce((total, { entries }) => total + (entries ?? 0), 0),
    size: layers.reduce((total, { size }) => total + size, 0),
    image: known.length === layers.length ? describeDocuments(known, build.image) : null,
  };
}

/** The same image under other names. */
export function renameDescription(description: Description, repoTags: readonly string[]): Description {
  const { image } = description;
  return { ...description, repoTags: [...repoTags], image: image && renameDocuments(image, repoTags) };
}

function identify(layer: PipelineLayer, { known }: ImageBuild): IdentifiedLayer | undefined {
  const facts = known.find(layer);
  if (facts !== undefined) return { layer, facts, evidence: 'hashed' };
  const { announced } = layer.plan;
  if (announced === undefined) return undefined;
  return { layer, facts: { diffId: announced.diffId, size: layer.bytes, blobs: new Map() }, evidence: 'announced' };
}

function describeLayer(layer: PipelineLayer, found: IdentifiedLayer | undefined): DescribedLayer {
  const { origin, paths, pathSizes } = layer;
  return {
    kind: origin,
    name: layer.name ?? null,
    paths: origin === 'base' ? [] : [...paths],
    ...(pathSizes === undefined ? {} : { pathSizes: [...pathSizes] }),
    entries: layer.content.kind === 'tree' ? layer.entries : null,
    size: layer.bytes,
    diffId: found === undefined ? null : { digest: found.facts.diffId, evidence: found.evidence },
  };
}
