/** What is measured: a synthetic closure in a temporary chroot store, or a real one in its own store. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ChrootStore } from './chroot-store.js';
import { makeConf } from './confs.js';
import { STREAM_SINKS, type StreamSink } from './pipeline.js';
import type { Scenario } from './scenarios.js';

export interface Closure {
  readonly name: string;
  /** What it isolates, or where it comes from. */
  readonly line: string;
  readonly conf: string;
  /** The folder of a chroot store; empty for the machine's own store. */
  readonly storeRoot: string;
  readonly sinks: readonly StreamSink[];
  /** Whether the digest pass is timed for each number of workers. */
  readonly scaling: boolean;
  readonly judgedAs: Scenario['judgedAs'];
  /** When the bench wrote its store, in milliseconds since the epoch; 0 for a store that was there before. */
  readonly writtenAt: number;
  remove(): void;
}

/** Writes a scenario's closure into a folder. `scale` multiplies its size. */
export async function makeClosure(
  scenario: Scenario,
  { folder, scale }: { folder: string; scale: number },
): Promise<Closure> {
  const store = new ChrootStore(join(folder, scenario.name));
  const layers = await scenario.write(store, scale);
  const customisation = store.addCustomisation({ name: './etc/layerstream-bench', text: `${scenario.name}\n` });
  const conf = join(folder, `${scenario.name}.json`);
  const repoTag = `layerstream-bench:${scenario.name}`;
  writeFileSync(conf, makeConf({ repoTag, layers, customisation, config: { Env: ['PATH=/bin'] } }));
  // Otherwise the kernel would write it to the disk during the measurement.
  execFileSync('sync', ['--file-system', conf]);
  return {
    name: scenario.name,
    line: scenario.line,
    conf,
    storeRoot: store.root,
    sinks: scenario.sinks ?? STREAM_SINKS,
    scaling: scenario.scaling === true,
    // Targets are for whole closures; `tiny` is always whole.
    judgedAs: scale >= 1 || scenario.judgedAs === 'tiny' ? scenario.judgedAs : undefined,
    writtenAt: Date.now(),
    remove: () => store.remove(),
  };
}

export function realClosure(conf: string, storeRoot: string | undefined): Closure {
  return {
    name: join(basename(dirname(resolve(conf))), basename(conf)),
    line: storeRoot === undefined ? 'a real closure' : `a real closure in the store below ${storeRoot}`,
    conf: resolve(conf),
    storeRoot: storeRoot === undefined ? '' : resolve(storeRoot),
    sinks: STREAM_SINKS,
    scaling: true,
    judgedAs: 'closure',
    writtenAt: 0,
    remove: () => {},
  };
}
