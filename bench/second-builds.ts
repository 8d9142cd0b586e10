/** Builds after a first one: every digest is known, and a layout has all blobs. */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SETTLING_TIME } from '../src/cache/settled.js';
import type { Closure } from './closure.js';
import { isKnown } from './closure-shape.js';
import { ociCommand, streamCommand } from './commands.js';
import { CAT, catContender, OCI_AGAIN, type Pairing, WALK, walkContender } from './contenders.js';
import { runPipeline } from './pipeline.js';
import { roomyTmpfs, type Site } from './site.js';

export const STREAM_AGAIN = 'layerstream, again';

/** Milliseconds until a build keeps what it learns of new files: a second more than files need to settle. */
const SETTLED_AFTER = SETTLING_TIME + 1000;

/** Uses a cache of its own, which first builds fill here. */
export async function secondPairings(site: Site): Promise<Pairing[]> {
  const { closure, archive, workspace, made, leftOut, onStep } = site;
  const cache = join(workspace.folder, 'cache');
  made.push(cache);
  const options = ['--cache-dir', cache];
  const stream: Pairing = {
    contender: { name: STREAM_AGAIN, role: 'ours', command: streamCommand(closure, options), beside: [CAT] },
    sink: 'pipe',
  };
  onStep('first builds');
  await settled(closure);
  await runPipeline({ ...stream.contender, sink: 'null' });
  if (!(await isKnown(closure, cache))) {
    leftOut.push('second builds: the first could not keep all digests, since not all of this store can be trusted');
    return [];
  }
  const pairings: Pairing[] = [{ contender: catContender(archive), sink: 'pipe' }, stream];
  const tmpfs = roomyTmpfs(site, 'second builds into a layout');
  if (tmpfs === undefined) return pairings;
  const layout = join(tmpfs, 'full-layout');
  made.push(layout);
  const command = ociCommand(closure, { layout, options });
  const oci: Pairing = { contender: { name: OCI_AGAIN, role: 'ours', command, beside: [WALK] }, sink: 'layout' };
  await runPipeline({ ...oci.contender, sink: 'null' });
  return [...pairings, { contender: walkContender(closure), sink: 'none' }, oci];
}

/** The cache takes no layer whose files changed a moment ago. Nothing but time makes them old enough. */
async function settled({ writtenAt }: Closure): Promise<void> {
  const left = writtenAt + SETTLED_AFTER - Date.now();
  if (left > 0) await setTimeout(left);
}
