/**
 * Runs all tests with this Node.js, then those of what leans on Node.js with a newer one if that is installed, and
 * lists at the end what was skipped.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { INSTALL_NEWER_NODE, NEWER_NODE, newerMajor } from '../support/newer-node.js';
import { type Outcome, readOutcomes } from './outcome.js';
import { formatSkips } from './skips.js';

const TESTS = fileURLToPath(new URL('..', import.meta.url));
const REPORTER = new URL('./outcome-reporter.js', import.meta.url).href;

/** In the build, where nobody minds it. */
const OUTCOMES = join(TESTS, 'outcomes.jsonl');

/** What leans on Node.js: its zlib, its threads, what it says of the system's errors, and what it can read. */
const REPEATED = /^(?:cache|compression|files|layer|tar|threads|verify)\/|^(?:cli\/(?:cache|places)|e2e\/verify)\./;

process.exitCode = main();

/** Returns the exit status. */
function main(): number {
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js'))
    .sort();
  const runs = [run(process.execPath, files)];
  const newer = newerMajor();
  const isNewest = newer !== undefined && Number.parseInt(process.versions.node, 10) >= newer;
  if (newer !== undefined && !isNewest) {
    console.log(`\nOnce more, with Node.js ${newer}:\n`);
    const repeated = files.filter((file) => REPEATED.test(file));
    runs.push(run(NEWER_NODE, repeated));
  }
  console.log(`\n${formatSkips(runs.flatMap(({ outcomes }) => outcomes))}`);
  if (newer === undefined) console.log(`Nothing was run with a newer Node.js: ${INSTALL_NEWER_NODE}`);
  const failed = runs.filter(({ status }) => status !== 0);
  for (const { node } of failed) console.log(`Tests failed with ${node}: see above.`);
  return failed.length > 0 ? 1 : 0;
}

interface Run {
  readonly node: string;
  /** Null for a run that a signal ended. */
  readonly status: number | null;
  readonly outcomes: readonly Outcome[];
}

function run(node: string, files: readonly string[]): Run {
  const reporters = [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...[`--test-reporter=${REPORTER}`, `--test-reporter-destination=${OUTCOMES}`],
  ];
  const paths = files.map((file) => join(TESTS, file));
  const { status } = spawnSync(node, ['--test', '--test-concurrency=2', ...reporters, ...paths], {
    stdio: 'inherit',
  });
  return { node, status, outcomes: readOutcomes(readFileSync(OUTCOMES, 'utf8')) };
}
