/**
 * Times the passes of one build separately, in its own process: the stream waits until all digests are known. Then, in a `whole` run, it writes the archive to standard output; a `digest` run ends there.
 *
 *     node passes.js digest|whole CONF STORE_ROOT WORKERS REPORT
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { openStdout } from '../src/files/stdout.js';
import { buildDockerArchive, parseConf } from '../src/index.js';
import { Passes } from './pass-report.js';

const [kind = '', confPath = '', storeRoot = '', workers = '1', reportPath = ''] = process.argv.slice(2);

const passes = new Passes();
const cancel = new AbortController();
const output = await openStdout();
const { conf } = parseConf(readFileSync(confPath), { source: confPath });

let release = (): void => {};
const released = new Promise<void>((resolve) => {
  release = resolve;
});
let start: { cpu: number; time: number } | undefined;

try {
  await buildDockerArchive(
    conf,
    {
      async write(bytes) {
        await released;
        await output.write(bytes);
      },
    },
    {
      workers: Number(workers),
      storeRoot,
      signal: cancel.signal,
      source: confPath,
      onEvent: (event) => {
        passes.onEvent(event);
        if (!passes.allHashed || start !== undefined) return;
        start = { cpu: mainThreadSeconds(), time: performance.now() };
        if (kind === 'digest') cancel.abort();
        else release();
      },
    },
  );
} catch (error) {
  if (!cancel.signal.aborted) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}
if (start !== undefined && kind !== 'digest') {
  passes.streamed({
    seconds: (performance.now() - start.time) / 1000,
    mainThreadSeconds: mainThreadSeconds() - start.cpu,
  });
}
writeFileSync(reportPath, JSON.stringify(passes.report));

/** CPU time (kernel documentation, sched-stats, "/proc/<pid>/schedstat"). The main thread's ID is the process's. */
function mainThreadSeconds(): number {
  const [nanoseconds] = readFileSync('/proc/self/schedstat', 'utf8').split(' ');
  return Number(nanoseconds) / 1e9;
}
