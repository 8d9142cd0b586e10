import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { makeTempDir, removeTree } from '../support/temp-dir.js';
import { type Command, run } from './run.js';
import { PATH } from './tools.js';

/** In milliseconds; on an idle machine each takes less than a second. */
const START_LIMIT = 180_000;
const STOP_LIMIT = 60_000;
const PAUSE_BETWEEN_QUESTIONS = 50;

/** How many characters of the log's end an error shows. */
const LOG_END = 4000;

/** Has the kernel end a program when its parent is gone (setpriv(1)). */
const DIES_WITH_US: Command = ['setpriv', '--pdeathsig', 'TERM'];

/** A daemon for a suite, which dies with this process if nothing stops it. */
export class Daemon {
  /** The daemon's alone; goes with it. */
  readonly directory = makeTempDir();
  #process: ChildProcess | undefined;
  #log = '';

  /** Waits until the daemon answers the question, which is a command that then succeeds. */
  async start(command: Command, question: Command): Promise<void> {
    const [program, ...args] = [...DIES_WITH_US, ...command];
    const child = spawn(program, args, {
      env: { ...process.env, PATH },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    child.stderr.on('data', (chunk) => {
      this.#log = `${this.#log}${chunk}`.slice(-LOG_END);
    });
    const deadline = performance.now() + START_LIMIT;
    while (isAlive(child) && performance.now() < deadline) {
      if (await succeeds(question)) return;
      await delay(PAUSE_BETWEEN_QUESTIONS);
    }
    throw new Error(`${command[0]} does not answer; its log ends with\n${this.#log}`);
  }

  /** Ends the daemon if it was started, and removes its mounts and its directory. */
  async stop(): Promise<void> {
    if (this.#process !== undefined) await end(this.#process);
    for (const point of mountPointsBelow(this.directory)) await run(['umount', '--lazy', point]);
    removeTree(this.directory);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (!isAlive(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  // A daemon that hangs must not keep the tests from ending.
  const killing = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT);
  await ended;
  clearTimeout(killing);
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function succeeds(command: Command): Promise<boolean> {
  return run(command).then(
    () => true,
    () => false,
  );
}

/** The deepest first (proc_pid_mountinfo(5)). */
function mountPointsBelow(directory: string): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const points = lines.map((line) => line.split(' ')[4] ?? '');
  return points.filter((point) => point.startsWith(`${directory}/`)).reverse();
}
