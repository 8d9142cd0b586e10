/** From a conf to what its layers of store paths are made of. */
import type { Conf, Ownership } from '../config/model.js';
import { locate, storeNamePrefix } from '../config/store-path.js';
import { asByteString, textToByteString } from '../ground/bytestring.js';
import type { ConfIssue } from '../ground/errors.js';
import type { SpecOwnership, TreeSpec } from '../scan/spec.js';
import { readOwnerNames } from './owner-names.js';
import type { LayerInput } from './plan.js';
import { absence, type Places } from './store.js';

export interface LookOptions {
  readonly places: Places;
  /** Collects what is wrong. */
  readonly issues: ConfIssue[];
  /** Whether what does not exist is no fault. */
  readonly mayMiss: boolean;
}

/** The layers of store paths, in order. */
export function storeLayers(conf: Conf, { places, issues, mayMiss }: LookOptions): LayerInput[] {
  const root = textToByteString(places.storeRoot);
  const ownership = specOwnership(conf.ownership);
  const cut = asByteString('');
  return conf.storeLayers.map((paths, layer): LayerInput => {
    const faults = paths.map((path) => absence(locate(path, places)));
    const missing = faults.findIndex((fault) => fault !== undefined);
    const spec: TreeSpec = { paths: paths.map(textToByteString), root, cut, parents: 'store-parents', ownership };
    const own = { origin: 'store', name: undefined, paths, announced: undefined } as const;
    if (missing >= 0 && mayMiss) {
      return { ...own, source: { kind: 'missing', path: locate(paths[missing] ?? '', places) } };
    }
    faults.forEach((message, i) => {
      if (message !== undefined) issues.push({ place: `store_layers[${layer}][${i}]`, message });
    });
    return { ...own, source: { kind: 'tree', spec } };
  });
}

/** What a customisation layer is made of whose tree becomes the layer. */
export function customisationTree(path: string, { ownership, storeDir }: Conf, { storeRoot }: Places): TreeSpec {
  return {
    paths: [textToByteString(path)],
    root: textToByteString(storeRoot),
    cut: textToByteString(storeNamePrefix(path, storeDir)),
    parents: 'none',
    ownership: specOwnership(ownership),
  };
}

function specOwnership(ownership: Ownership): SpecOwnership {
  if (ownership.kind === 'fixed') {
    return { ...ownership, uname: textToByteString(ownership.uname), gname: textToByteString(ownership.gname) };
  }
  return { kind: 'from-files', users: readOwnerNames('/etc/passwd'), groups: readOwnerNames('/etc/group') };
}
