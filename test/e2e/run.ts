import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PATH } from './tools.js';

const execFileAsync = promisify(execFile);

/** In milliseconds. No client takes a hundredth of this, but machines may be busy. */
const LIMIT = 240_000;

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, without standard input. Throws, with what it said, if it fails. */
export async function run([program, ...args]: Command, env: NodeJS.ProcessEnv = {}): Promise<Output> {
  const options = { env: { ...process.env, PATH, ...env }, timeout: LIMIT, maxBuffer: 64 * 1024 * 1024 };
  const running = execFileAsync(program, args, options);
  running.child.stdin?.end();
  return running;
}

/** Runs programs with a shell's pipes between them, as a user does: a real pipe, and each must succeed. */
export async function runPiped(...commands: readonly Command[]): Promise<Output> {
  const line = commands.map((command) => command.map(quote).join(' ')).join(' | ');
  return run(['bash', '-o', 'pipefail', '-c', line]);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
