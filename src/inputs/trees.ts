/** From a conf to what its layers of store paths are made of. */
import type { Conf, Ownership } from '../config/model.js';
import { storeNamePrefix } from '../config/store-path.js';
import { asByteString, textToByteString } from '../ground/bytestring.js';
import type { SpecOwnership, TreeSpec } from '../scan/spec.js';
import { readOwnerNames } from './owner-names.js';

export interface TreeInput {
  readonly paths: readonly string[];
  readonly spec: TreeSpec;
}

export function makeTrees(conf: Conf, storeRoot: string): TreeInput[] {
  const root = textToByteString(storeRoot);
  const ownership = specOwnership(conf.ownership);
  const none = asByteString('');
  const trees = conf.storeLayers.map(
    (paths): TreeInput => ({
      paths,
      spec: { paths: paths.map(textToByteString), root, cut: none, parents: 'store-parents', ownership },
    }),
  );
  if (conf.customisation.kind !== 'tree') return trees;
  const { path } = conf.customisation;
  const cut = textToByteString(storeNamePrefix(path, conf.storeDir));
  return [
    ...trees,
    { paths: [path], spec: { paths: [textToByteString(path)], root, cut, parents: 'none', ownership } },
  ];
}

function specOwnership(ownership: Ownership): SpecOwnership {
  if (ownership.kind === 'fixed') {
    return { ...ownership, uname: textToByteString(ownership.uname), gname: textToByteString(ownership.gname) };
  }
  return { kind: 'from-files', users: readOwnerNames('/etc/passwd'), groups: readOwnerNames('/etc/group') };
}
