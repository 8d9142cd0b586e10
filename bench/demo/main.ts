/**
 * `npm run demo`: builds an image of this project's packages and of the running Node.js, builds it again, changes one
 * package, and says how to run it. It needs neither Nix nor root, and leaves an archive and a report.
 */
import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SETTLING_TIME } from '../../src/cache/settled.js';
import { reportError } from '../../src/cli/report-error.js';
import { cleanUpOnSignal } from '../../src/cli/signals.js';
import { formatBytes, formatSeconds } from '../../src/ground/format.js';
import {
  type Conf,
  formatReport,
  LayerstreamError,
  type LayoutSummary,
  Recording,
  Session,
  verifyArchive,
} from '../../src/index.js';
import { removeTree } from '../chroot-store.js';
import { DemoStore } from './demo-store.js';
import { type DemoBuild, formatBuilds, formatNextSteps, formatStore } from './screen.js';

/** What stays, in the working directory; `.gitignore` names both. */
const ARCHIVE = 'demo-image.tar';
const REPORT = 'demo-report.html';

/** Milliseconds that the file system's clock may be off. */
const CLOCK_TICK = 20;

process.exitCode = await main();

/** Returns the exit status. */
async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'layerstream-demo-'));
  /** The last one comes first. */
  const cleanUps = [() => removeTree(folder)];
  const cleanUp = (): void => {
    for (const action of cleanUps.reverse()) action();
  };
  const removeHandlers = cleanUpOnSignal(cleanUp);
  try {
    await demonstrate(folder, (action) => cleanUps.push(action));
    return 0;
  } catch (error) {
    return reportError(error);
  } finally {
    removeHandlers();
    if (existsSync(folder)) removeTree(folder);
  }
}

async function demonstrate(folder: string, onCleanUp: (action: () => void) => void): Promise<void> {
  const store = await DemoStore.make(join(folder, 'store'));
  const first = store.image('1.0');
  const changed = store.image('1.1');
  console.log(formatStore(store));
  // Paths of a real store are older.
  console.log(`Only files that have been still for ${SETTLING_TIME / 1000} s are remembered: waiting for these.\n`);
  await setTimeout(SETTLING_TIME + CLOCK_TICK);

  const session = Session.start({ cacheDirectory: join(folder, 'cache') });
  const options = { storeRoot: store.root, onCleanUp };
  try {
    const recording = new Recording();
    const build = (conf: Conf): Promise<LayoutSummary> => session.layout(conf, join(folder, 'images'), options);
    const builds: DemoBuild[] = [
      {
        title: 'first build',
        summary: await session.layout(first, join(folder, 'images'), { ...options, onEvent: recording.onEvent }),
      },
      { title: 'the same again', summary: await build(first) },
      { title: 'one package changed', summary: await build(changed) },
    ];
    console.log(`${formatBuilds(builds)}\n`);
    writeFileSync(REPORT, await formatReport(recording));
    const { seconds } = await session.archive(changed, ARCHIVE, options);
    await verify();
    const size = formatBytes(statSync(ARCHIVE).size);
    console.log(
      `${ARCHIVE}    ${size} in ${formatSeconds(seconds)}, the changed image; all its digests and sizes are right`,
    );
    console.log(`${REPORT}  where the time and the bytes of the first build went: open it in a browser\n`);
  } finally {
    await session.close();
  }
  console.log(formatNextSteps(store, ARCHIVE));
}

/** @throws {LayerstreamError} `DIGEST_MISMATCH` */
async function verify(): Promise<void> {
  const { mismatches } = await verifyArchive(ARCHIVE);
  if (mismatches.length > 0) throw new LayerstreamError('DIGEST_MISMATCH', mismatches.join('\n'), { path: ARCHIVE });
}
