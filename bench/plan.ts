/** What the arguments ask for. */
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { addValue, notEmpty, wholeNumber } from '../src/cli/options.js';
import { systemCode, systemReason } from '../src/ground/errors.js';
import { usableCores } from '../src/threads/cores.js';
import { STREAM_SINKS, type StreamSink } from './pipeline.js';
import { SCENARIOS, type Scenario } from './scenarios.js';
import type { Peers } from './site.js';
import { DEFAULT_SUBJECTS, SUBJECTS, type Subject } from './subjects.js';

export interface Plan {
  readonly scenarios: readonly Scenario[];
  readonly confs: readonly string[];
  readonly storeRoot: string | undefined;
  readonly scale: number;
  /** Undefined for as many as each closure needs. */
  readonly runs: number | undefined;
  readonly maxWorkers: number;
  readonly subjects: readonly Subject[];
  readonly peers: Peers;
  readonly sinks: readonly StreamSink[];
  readonly json: string | undefined;
  readonly chart: string | undefined;
  /** Only lists the scenarios. */
  readonly list: boolean;
}

interface Options {
  readonly conf: readonly string[];
  readonly storeRoot?: string;
  readonly only: readonly string[];
  readonly million?: true;
  readonly list?: true;
  readonly measure?: readonly Subject[];
  readonly reference?: string;
  readonly peer: readonly string[];
  readonly sink?: readonly StreamSink[];
  readonly runs?: number;
  readonly scale: number;
  readonly workers: number;
  readonly json?: string;
  readonly chart?: string;
}

const EXAMPLES = `
Examples:
  $ npm run bench -- --only balanced --only giant --json results.json
  $ npm run bench -- --conf conf.json --reference stream_layered_image.py --chart results.svg
  $ npm run bench -- --conf conf.json --peer 'my-streamer {conf}'
  $ npm run bench -- --only giant --measure compression`;

/** @throws {CommanderError} for wrong usage, which it has reported, and for `--help`, with the exit code 0. */
export function parsePlan(args: readonly string[]): Plan {
  const command = makeCommand();
  command.parse([...args], { from: 'user' });
  const options = command.opts<Options>();
  const fail = (message: string): never => command.error(`bench: ${message}`, { exitCode: 2 });
  if (options.storeRoot !== undefined && options.conf.length === 0)
    fail('--store-root is for --conf, which is missing');
  for (const name of options.only) {
    if (!SCENARIOS.some((scenario) => scenario.name === name))
      fail(`there is no scenario ${name}: --list shows them all`);
  }
  const subjects = options.measure ?? DEFAULT_SUBJECTS;
  for (const option of ofStreams(options)) {
    if (!subjects.includes('streams')) fail(`${option} is for streams, which --measure leaves out`);
  }
  for (const problem of placeProblems(options)) fail(problem);
  const { conf, storeRoot, scale, runs, workers, reference, peer, sink, json, chart } = options;
  return {
    scenarios: chooseScenarios(options),
    confs: conf,
    storeRoot,
    scale,
    runs,
    maxWorkers: workers,
    subjects,
    peers: { reference, commands: peer },
    sinks: sink ?? STREAM_SINKS,
    json,
    chart,
    list: options.list === true,
  };
}

/** What is wrong with the files and directories that the options name. */
function placeProblems({ conf, storeRoot, reference, json, chart }: Options): string[] {
  const given = (path: string | undefined): string[] => (path === undefined ? [] : [path]);
  const folders = [...given(json), ...given(chart)].map((path) => dirname(path));
  return [
    ...conf.map((path) => placeProblem(`conf ${path}`, () => readFileSync(path))),
    ...given(reference).map((path) => placeProblem(`script ${path}`, () => readFileSync(path))),
    ...given(storeRoot).map((path) => placeProblem(`store root ${path}`, () => readdirSync(path))),
    ...folders.map((path) => placeProblem(`directory ${path}`, () => accessSync(path, constants.W_OK))),
  ].filter((problem) => problem !== undefined);
}

function placeProblem(what: string, use: () => unknown): string | undefined {
  try {
    use();
    return undefined;
  } catch (error) {
    const isThere = systemCode(error) !== 'ENOENT';
    return isThere ? `${what} cannot be used: ${systemReason(error)}` : `${what} does not exist`;
  }
}

/** The given options that only streams use. */
function ofStreams({ reference, peer, sink, chart }: Options): string[] {
  const used = { '--reference': reference, '--peer': peer[0], '--sink': sink, '--chart': chart };
  return Object.entries(used).flatMap(([option, value]) => (value === undefined ? [] : option));
}

function chooseScenarios({ conf, only, million }: Options): Scenario[] {
  const named = million === true ? [...only, 'million'] : only;
  if (only.length > 0 || (conf.length > 0 && named.length > 0))
    return SCENARIOS.filter(({ name }) => named.includes(name));
  if (conf.length > 0) return [];
  return SCENARIOS.filter(({ name, optIn }) => optIn !== true || named.includes(name));
}

function makeCommand(): Command {
  return new Command('bench')
    .usage('[options]')
    .description(
      'Measures layerstream on synthetic closures, or with --conf on real ones, and compares it with floors and peers.',
    )
    .option('--conf <conf>', 'measure this real closure, and no synthetic one; may be repeated', addValue, [])
    .option('--store-root <dir>', 'the store of the confs is below this directory, as with `nix --store DIR`', notEmpty)
    .option('--only <scenario>', 'measure this synthetic closure; may be repeated', addValue, [])
    .option('--million', 'also measure the closure of a million files')
    .option('--list', 'list the synthetic closures')
    .addOption(
      new Option(
        '--measure <subjects...>',
        'measure only these; compression is of layouts, and slow; second are builds after a first (default: all but compression)',
      ).choices(SUBJECTS),
    )
    .option('--reference <script>', 'also measure this Python script, run as `python3 SCRIPT CONF`', notEmpty)
    .option('--peer <command>', 'also measure this shell command, with {conf} in it; may be repeated', addValue, [])
    .addOption(new Option('--sink <sinks...>', 'only stream into these (default: all)').choices(STREAM_SINKS))
    .option('--runs <n>', 'runs of each (default: 3, or 5 if all are quick)', wholeNumber)
    .option('--scale <factor>', 'multiply the sizes of synthetic closures', positive, 1)
    .option(
      '--workers <n>',
      'workers for layouts, and the most workers for the digest pass',
      wholeNumber,
      Math.max(2, usableCores()),
    )
    .option('--json <file>', 'write all results into this file, as JSON', notEmpty)
    .option('--chart <file>', 'draw the times through `| cat` into this file, as SVG', notEmpty)
    .addHelpText('after', EXAMPLES)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'bench: ')) })
    .allowExcessArguments(false)
    .exitOverride((error) => {
      throw new CommanderError(error.exitCode === 0 ? 0 : 2, error.code, error.message);
    });
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}
