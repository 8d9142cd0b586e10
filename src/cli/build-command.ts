import { parseTags } from '../api/image-names.js';
import type { ImageSource, LayoutSummary, SessionOptions } from '../api/options.js';
import type { Session } from '../api/session.js';
import type { BuildListener, BuildSummary } from '../events/events.js';
import { LayerstreamError } from '../ground/errors.js';
import { type BuildFile, inputFiles, refuseConflicts } from './file-conflicts.js';
import { makeReporter, type ProgressKind } from './progress/make-reporter.js';
import type { Reporter } from './progress/reporter.js';
import { ReporterSequence } from './progress/sequence.js';
import type { Places } from './progress/summary.js';
import type { BuildRecords } from './records.js';
import { EXIT, reportError } from './report-error.js';
import { attempt, cleanUpOnSignal } from './signals.js';
import { type NamedSources, type Paths, type SourceOptions, withSources } from './with-source.js';

/** What all commands that build have in common. */
export interface BuildCommandOptions extends SourceOptions {
  readonly tag?: readonly string[] | undefined;
  readonly progress: ProgressKind;
  readonly verify?: boolean | undefined;
  readonly trace?: string | undefined;
  readonly report?: string | undefined;
}

/** What a build is given by its command. */
export interface BuildJob {
  readonly session: Session;
  readonly sources: readonly [ImageSource, ...ImageSource[]];
  readonly options: {
    readonly tags: readonly string[] | undefined;
    readonly storeRoot: string | undefined;
    readonly verify: boolean | undefined;
    /** What messages call the first conf, and each of them. */
    readonly source: string;
    readonly sources: readonly string[];
    readonly onEvent: BuildListener;
    /** Adds to what is done at once on a signal. */
    readonly onCleanUp: (cleanUp: () => void) => void;
  };
}

export interface BuildKind {
  /** Where the image goes, as people name it. */
  readonly places: Places;
  /** The archive that is written, if one is. */
  readonly archive?: BuildFile | undefined;
  readonly layout?: BuildFile | undefined;
  /** What else the session's threads have to be ready for. */
  readonly warmUp?: SessionOptions['warmUp'];
  /** Makes what `build` needs of the options. Called first, to find fault with them. */
  readonly prepare: () => BuildStep | Promise<BuildStep>;
}

/** Returns what was built of each source. */
export type BuildStep = (job: BuildJob) => Promise<readonly (BuildSummary | LayoutSummary)[]>;

/** Builds the images of confs; returns the exit status. */
export async function buildCommand(confPaths: Paths, options: BuildCommandOptions, kind: BuildKind): Promise<number> {
  const reporters = confPaths.map(() => makeReporter(options.progress, kind.places));
  const reporter = new ReporterSequence(await Promise.all(reporters));
  try {
    await start(confPaths, { options, reporter, kind });
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

async function start(confPaths: Paths, run: Run): Promise<void> {
  const { options, reporter, kind } = run;
  if (options.tag !== undefined) parseTags(options.tag);
  const build = await kind.prepare();
  const onWarning = (message: string): void => reporter.onEvent({ type: 'warning', message });
  const use = { options, warmUp: kind.warmUp, onWarning };
  await withSources(confPaths, use, (session, named) => buildFrom({ session, named }, run, build));
}

async function buildFrom(
  { session, named }: { readonly session: Session; readonly named: NamedSources },
  { options, reporter, kind }: Run,
  build: BuildStep,
): Promise<void> {
  const { tag: tags, storeRoot, verify } = options;
  await refuseConflicts({
    outputs: outputFiles(kind, options),
    layout: kind.layout,
    inputs: named.flatMap((each) => inputFiles(each, storeRoot)),
  });
  const records = await makeRecords({
    ...options,
    conf: named.map(({ name }) => name).join(', '),
  });
  const cleanUps: (() => void)[] = [() => records?.abort(), () => reporter.abort()];
  const removeHandlers = cleanUpOnSignal(() => {
    for (const cleanUp of cleanUps) attempt(cleanUp);
  });
  try {
    await records?.open();
    const onEvent: BuildListener = (event) => {
      reporter.onEvent(event);
      records?.onEvent(event);
    };
    const onCleanUp = (cleanUp: () => void): void => {
      cleanUps.unshift(cleanUp);
    };
    const [first, ...others] = named;
    const summaries = await build({
      session,
      sources: [first.source, ...others.map(({ source }) => source)],
      options: {
        tags,
        storeRoot,
        verify,
        source: first.name,
        sources: named.map(({ name }) => name),
        onEvent,
        onCleanUp,
      },
    });
    await records?.close();
    for (const summary of summaries) reporter.finish(summary);
  } catch (error) {
    records?.abort();
    throw error;
  } finally {
    removeHandlers();
  }
}

function outputFiles({ archive }: BuildKind, { trace, report }: BuildCommandOptions): BuildFile[] {
  const records = Object.entries({ '--trace': trace, '--report': report });
  return [
    ...(archive === undefined ? [] : [archive]),
    // `-` is refused on its own.
    ...records.flatMap(([name, path]) => (path === undefined || path === '-' ? [] : [{ name, path }])),
  ];
}

export function terminalOutput(): LayerstreamError {
  return new LayerstreamError('USAGE', 'an archive is not written to a terminal', {
    hint: 'Pipe it (`layerstream conf.json | docker load`), or name a file with --output.',
  });
}

/** Loads what is needed for them only if they are asked for. */
async function makeRecords(options: BuildCommandOptions & { conf: string }): Promise<BuildRecords | undefined> {
  if (options.trace === undefined && options.report === undefined) return undefined;
  return new (await import('./records.js')).BuildRecords(options);
}
