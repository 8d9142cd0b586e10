/** Runs the real program, and returns all that it did. */
import assert from 'node:assert/strict';
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { CONTROL, type Fault, HELD } from './cli-fault.js';

export const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const PRELOAD = new URL('./cli-preload.js', import.meta.url).href;

/** Not the user's own; goes with this process. */
const CACHES = join(tmpdir(), `layerstream-test-caches-${randomUUID()}`);
process.on('exit', () => rmSync(CACHES, { recursive: true, force: true }));

/** Far beyond what any run here takes, on a busy machine too: a program that is still there by then hangs. */
const PATIENCE = 180_000;

export interface RunOptions {
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** What standard input gives; nothing by default. */
  readonly input?: string | Uint8Array | undefined;
  /** Leaves standard input open. */
  readonly openInput?: boolean | undefined;
  /** A descriptor for standard output; by default a pipe that is read. */
  readonly stdout?: number | undefined;
  /** Leaves standard output to the test, which reads it with `stdout`. */
  readonly unread?: boolean | undefined;
  readonly fault?: Fault | undefined;
  readonly nodeOptions?: string | undefined;
}

export interface Outcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs the program to its end. */
export function runCli(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return startCli(args, options).ended;
}

/** Runs the program by another one, which sets limits or a place for it, to its end. */
export function runCliUnder(
  prefix: readonly string[],
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const [command = '', ...more] = prefix;
  return new CliProcess(command, [...more, process.execPath, CLI, ...args], options).ended;
}

export function startCli(args: readonly string[], options: RunOptions = {}): CliProcess {
  return new CliProcess(process.execPath, [CLI, ...args], options);
}

/** A process in a group of its own. */
export class CliProcess {
  readonly child: ChildProcess;
  /** Rejects where the program did not end by itself, or left a process running. */
  readonly ended: Promise<Outcome>;
  readonly #stdout: Buffer[] = [];
  #stderr = '';
  readonly #listeners = new Set<() => void>();

  constructor(command: string, args: readonly string[], options: RunOptions) {
    const { fault, nodeOptions = '' } = options;
    const stdio: StdioOptions = ['pipe', options.stdout ?? 'pipe', 'pipe', fault === undefined ? 'ignore' : 'pipe'];
    const preload = fault === undefined ? '' : `--import=${PRELOAD}`;
    const env = {
      ...process.env,
      XDG_CACHE_HOME: CACHES,
      NODE_OPTIONS: `${nodeOptions} ${preload}`.trim(),
      LAYERSTREAM_TEST_FAULT: JSON.stringify(fault ?? null),
      ...options.env,
    };
    this.child = spawn(command, args, { stdio, env, cwd: options.cwd, detached: true });
    // The program may end without reading its input.
    this.child.stdin?.on('error', () => {});
    // It may also end before it reads its end of the control pipe.
    if (fault !== undefined) this.#control.on('error', () => {});
    if (options.openInput !== true) this.child.stdin?.end(options.input);
    if (options.unread !== true) this.child.stdout?.on('data', (bytes: Buffer) => this.#stdout.push(bytes));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      for (const listener of this.#listeners) listener();
    });
    this.ended = this.#watch();
    this.ended.catch(() => {});
  }

  get stdout(): Readable {
    const { stdout } = this.child;
    assert(stdout !== null, 'standard output is not a pipe');
    return stdout;
  }

  get pid(): number {
    assert(this.child.pid !== undefined, 'the program was not started');
    return this.child.pid;
  }

  get lines(): string[] {
    return this.#stderr.split('\n').slice(0, -1);
  }

  /** Resolves when the lines on standard error so far pass `test`; fails if the program ends before. */
  async until(what: string, test: (lines: readonly string[]) => boolean): Promise<void> {
    const { promise, resolve } = withResolvers();
    const listener = (): void => {
      if (test(this.lines)) resolve();
    };
    this.#listeners.add(listener);
    listener();
    const early = this.ended.then(({ stderr }) => {
      if (!test(this.lines)) assert.fail(`the program ended before ${what}:\n${stderr}`);
    });
    await Promise.race([promise, early]).finally(() => this.#listeners.delete(listener));
  }

  /** Resolves when the thread of the fault holds still. */
  async held(): Promise<void> {
    const first = once(this.#control, 'data').then(([bytes]) => assert.equal(String(bytes), HELD));
    const early = this.ended.then(({ stderr }) => assert.fail(`the program ended before it held still:\n${stderr}`));
    await Promise.race([first, early]);
  }

  /** Lets the thread of the fault go on. */
  release(): void {
    this.#control.write('x');
  }

  get #control(): Duplex {
    // A pipe beyond the first three is both ways; Node's types do not say so.
    return this.child.stdio[CONTROL] as Duplex;
  }

  async #watch(): Promise<Outcome> {
    let late = false;
    // A program that hangs fails its test, instead of keeping all others waiting.
    const timer = setTimeout(() => {
      late = true;
      killGroup(this.pid);
    }, PATIENCE);
    const [status, signal]: [number | null, NodeJS.Signals | null] = await closed(this.child);
    clearTimeout(timer);
    assert(!late, `the program did not end by itself:\n${this.#stderr}`);
    assert(!killGroup(this.pid), 'the program left a process running');
    return { status, signal, stdout: Buffer.concat(this.#stdout), stderr: this.#stderr };
  }
}

function closed(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve([status, signal]));
  });
}

/** Whether anything was left to kill. */
function killGroup(group: number): boolean {
  try {
    return process.kill(-group, 'SIGKILL');
  } catch {
    return false;
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
