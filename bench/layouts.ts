/** OCI layouts without compression, each in a new directory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NO_CACHE, ociCommand, passesCommand } from './commands.js';
import { CAT, type Contender, catContender, type Pairing } from './contenders.js';
import type { PassReport } from './pass-report.js';
import { roomyTmpfs, type Site } from './site.js';

export const OCI = 'layerstream oci';

const DIGEST_PASS = 'digest pass alone';

/** Compared with the work that cannot be avoided: to hash all, and to write all. */
export function layoutPairings(site: Site): Pairing[] {
  const { closure, archive, maxWorkers } = site;
  const tmpfs = roomyTmpfs(site, 'layouts');
  if (tmpfs === undefined) return [];
  const layout = join(tmpfs, 'layout');
  const oci: Contender = {
    name: OCI,
    role: 'ours',
    command: ociCommand(closure, { layout, options: [NO_CACHE, '--workers', `${maxWorkers}`] }),
    beside: [DIGEST_PASS, CAT],
    output: layout,
  };
  return [
    { contender: digestPass(site), sink: 'none' },
    { contender: catContender(archive), sink: 'tmpfs' },
    { contender: oci, sink: 'layout' },
  ];
}

/** From the start of the first layer to the end of the last, without what comes before it. */
function digestPass({ closure, maxWorkers, workspace }: Site): Contender {
  const report = join(workspace.folder, 'passes.json');
  return {
    name: DIGEST_PASS,
    role: 'floor',
    command: passesCommand(closure, { kind: 'digest', workers: maxWorkers, report }),
    readSeconds: () => {
      const { digestSeconds }: PassReport = JSON.parse(readFileSync(report, 'utf8'));
      return digestSeconds;
    },
  };
}
