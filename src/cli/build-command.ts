import type { Conf } from '../config/model.js';
import type { BuildListener, BuildSummary } from '../events/events.js';
import { LayerstreamError } from '../ground/errors.js';
import { Crew } from '../threads/crew.js';
import { makeReporter, type ProgressKind } from './progress/make-reporter.js';
import type { Reporter } from './progress/reporter.js';
import { checkConf, readConf } from './read-conf.js';
import type { BuildRecords } from './records.js';
import { EXIT, reportError } from './report-error.js';
import { cleanUpOnSignal } from './signals.js';

/** What all commands that build have in common. */
export interface BuildCommandOptions {
  readonly repoTag?: string | undefined;
  readonly workers?: number | undefined;
  readonly storeRoot?: string | undefined;
  readonly progress: ProgressKind;
  readonly verify?: boolean | undefined;
  readonly trace?: string | undefined;
  readonly report?: string | undefined;
  readonly cacheDir?: string | undefined;
  /** False where no cache is wanted. */
  readonly cache: boolean;
}

/** What a build is given by its command. */
export interface BuildJob {
  readonly conf: Conf;
  readonly crew: Crew;
  readonly options: {
    readonly workers: number | undefined;
    readonly storeRoot: string | undefined;
    readonly verify: boolean | undefined;
    readonly cacheDirectory: string | undefined;
    readonly source: string;
    readonly onEvent: BuildListener;
  };
  /** Adds to what is done at once on a signal. */
  onSignal(cleanUp: () => void): void;
}

export interface BuildKind {
  /** Where the image goes, to be held against where trace and report go; undefined for standard output. */
  readonly output: string | undefined;
  readonly singlePass?: boolean | undefined;
  /** Called first: finds fault with what is asked for. */
  readonly check: () => void | Promise<void>;
  /** Called when the crew's threads start. */
  readonly begin?: ((crew: Crew) => void) | undefined;
  readonly build: (job: BuildJob) => Promise<BuildSummary>;
}

/** Builds the image of a conf; returns the exit status. */
export async function buildCommand(confPath: string, options: BuildCommandOptions, kind: BuildKind): Promise<number> {
  const reporter = await makeReporter(options.progress);
  try {
    await start(confPath, { options, reporter, kind });
    return EXIT.done;
  } catch (error) {
    reporter.abort();
    return reportError(error, { as: options.progress === 'json' ? 'json' : 'text' });
  }
}

interface Run {
  readonly options: BuildCommandOptions;
  readonly reporter: Reporter;
  readonly kind: BuildKind;
}

async function start(confPath: string, run: Run): Promise<void> {
  await run.kind.check();
  const bytes = await readConf(confPath);
  // Its threads start while what checks the conf and writes images is loaded.
  const crew = new Crew({ workers: run.options.workers, singlePass: run.kind.singlePass });
  try {
    run.kind.begin?.(crew);
    await build(confPath, { ...run, bytes, crew });
  } finally {
    await crew.close();
  }
}

async function build(
  confPath: string,
  { options, reporter, kind, bytes, crew }: Run & { bytes: Uint8Array; crew: Crew },
): Promise<void> {
  const { repoTag } = options;
  const onWarning = (message: string): void => reporter.onEvent({ type: 'warning', message });
  const [{ conf, source }, { resolveCacheDirectory }] = await Promise.all([
    checkConf(bytes, { path: confPath, repoTag, onWarning }),
    import('../cache/directory.js'),
  ]);
  const records = await makeRecords({ ...options, output: kind.output });
  const cleanUps: (() => void)[] = [() => records?.abort(), () => reporter.abort()];
  const removeHandlers = cleanUpOnSignal(() => {
    for (const cleanUp of cleanUps) cleanUp();
  });
  try {
    await records?.open();
    const { workers, storeRoot, verify } = options;
    const onEvent: BuildListener = (event) => {
      reporter.onEvent(event);
      records?.onEvent(event);
    };
    const cacheDirectory = options.cache ? resolveCacheDirectory(options.cacheDir, process.env) : undefined;
    const summary = await kind.build({
      conf,
      crew,
      options: { workers, storeRoot, verify, cacheDirectory, source, onEvent },
      onSignal: (cleanUp) => cleanUps.unshift(cleanUp),
    });
    await records?.close();
    reporter.finish(summary);
  } catch (error) {
    records?.abort();
    throw error;
  } finally {
    removeHandlers();
  }
}

export function terminalOutput(): LayerstreamError {
  return new LayerstreamError('USAGE', 'an archive is not written to a terminal', {
    hint: 'Pipe it (`layerstream conf.json | docker load`), or name a file with --output.',
  });
}

/** Loads what is needed for them only if they are asked for. */
async function makeRecords(
  options: BuildCommandOptions & { output: string | undefined },
): Promise<BuildRecords | undefined> {
  if (options.trace === undefined && options.report === undefined) return undefined;
  return new (await import('./records.js')).BuildRecords(options);
}
