import { readFile } from 'node:fs/promises';
import { isatty } from 'node:tty';
import { LayerstreamError, systemReason } from '../errors.js';
import type { BuildListener } from '../events.js';
import { openFileOutput } from '../output/file.js';
import type { Output } from '../output/output.js';
import { openStdout } from '../output/stdout.js';
import { Crew } from '../pool/crew.js';
import type { Documents } from './documents.js';
import { makeReporter, type ProgressKind, type Reporter } from './progress/reporter.js';
import { EXIT, reportError } from './report-error.js';
import { cleanUpOnSignal } from './signals.js';

export interface StreamOptions {
  readonly output?: string | undefined;
  readonly repoTag?: string | undefined;
  readonly workers?: number | undefined;
  readonly storeRoot?: string | undefined;
  readonly progress: ProgressKind;
  readonly verify?: boolean | undefined;
  readonly singlePass?: boolean | undefined;
  readonly trace?: string | undefined;
  readonly report?: string | undefined;
}

const STDOUT = 1;

/** Builds the image of a conf; returns the exit status. */
export async function streamCommand(confPath: string, options: StreamOptions): Promise<number> {
  const reporter = await makeReporter(options.progress);
  try {
    await stream(confPath, options, reporter);
    return EXIT.done;
  } catch (error) {
    reporter.stop();
    return reportError(error, { as: options.progress === 'json' ? 'json' : 'text' });
  }
}

async function stream(confPath: string, options: StreamOptions, reporter: Reporter): Promise<void> {
  const output = options.output === '-' ? undefined : options.output;
  if (output === undefined && isatty(STDOUT)) {
    throw new LayerstreamError('USAGE', 'an archive is not written to a terminal', {
      hint: 'Pipe it (`layerstream conf.json | docker load`), or name a file with --output.',
    });
  }
  const bytes = await readConf(confPath);
  const crew = new Crew(options);
  try {
    await build(confPath, bytes, { options: { ...options, output }, reporter, crew });
  } finally {
    await crew.close();
  }
}

interface Run {
  readonly options: StreamOptions;
  readonly reporter: Reporter;
  /** Its threads start while what checks the conf and writes archives is loaded. */
  readonly crew: Crew;
}

async function build(confPath: string, bytes: Uint8Array, { options, reporter, crew }: Run): Promise<void> {
  const [{ parseConf }, { buildInto }] = await Promise.all([import('../config/parse.js'), import('../api.js')]);
  const source = confPath === '-' ? 'standard input' : confPath;
  const { conf, warnings } = parseConf(bytes, { repoTag: options.repoTag, source });
  for (const warning of warnings) reporter.warn(`${source}: ${warning}`);
  const documents = await makeDocuments(options);
  let output: Output | undefined;
  const removeHandlers = cleanUpOnSignal(() => {
    output?.discard();
    documents?.discard();
    reporter.stop();
  });
  try {
    await documents?.open();
    output = await (options.output === undefined ? openStdout() : openFileOutput(options.output));
    const { workers, storeRoot, verify, singlePass } = options;
    const onEvent: BuildListener = (event) => {
      reporter.onEvent(event);
      documents?.onEvent(event);
    };
    const summary = await buildInto(conf, output, { workers, storeRoot, verify, singlePass, source, onEvent }, crew);
    await documents?.write();
    reporter.finish(summary);
  } catch (error) {
    documents?.discard();
    throw error;
  } finally {
    removeHandlers();
  }
}

/** Loads what is needed for them only if they are asked for. */
async function makeDocuments(options: StreamOptions): Promise<Documents | undefined> {
  if (options.trace === undefined && options.report === undefined) return undefined;
  return new (await import('./documents.js')).Documents(options);
}

async function readConf(path: string): Promise<Uint8Array> {
  try {
    return path === '-' ? await readStdin() : await readFile(path);
  } catch (error) {
    throw new LayerstreamError('CONF_INVALID', `conf ${path} cannot be read: ${systemReason(error)}`, {
      path,
      cause: error,
      hint: 'Build it with `nix build .#image.conf`, or see `layerstream --help`.',
    });
  }
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}
