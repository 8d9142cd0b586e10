/**
 * Runs a command as a user would, in a shell, and measures it. Bash's `time` gives the exact CPU time of all its
 * processes; their memory is read while they run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { BenchError } from './errors.js';
import { treeMemory } from './process-tree.js';

/** Where an archive goes. */
export const STREAM_SINKS = ['null', 'pipe', 'tmpfs'] as const;

export type StreamSink = (typeof STREAM_SINKS)[number];

/** `layout`: a directory that the command names. `none`: for a command that writes no image. */
export type Sink = StreamSink | 'layout' | 'none';

export interface Job {
  /** For messages. */
  readonly name: string;
  /** Shell text. */
  readonly command: string;
  readonly sink: Sink;
  /** The file that the sink `tmpfs` writes. */
  readonly tmpfsFile?: string | undefined;
}

export interface Run {
  /** Until the whole pipeline has ended. */
  readonly seconds: number;
  /** User and system time of the command, without the pipe's reader. */
  readonly cpuSeconds: number;
  /** The peak memory of the command's processes, added up, in bytes; undefined if none was seen running. */
  readonly peakMemory: number | undefined;
}

/** Milliseconds. The kernel keeps each process's peak, so only a peak after the last look is missed. */
const LOOK_INTERVAL = 25;

/** Lines of its errors that are shown if a command fails. */
const KEPT_LINES = 5;
const KEPT_CHARACTERS = 4096;

/** The descriptor on which the shell writes the ID of the command's process, and its times. */
const REPORT = 3;

const running = new Set<ChildProcess>();

/** Kills all pipelines that are running. */
export function killRunning(): void {
  for (const child of running) {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
}

/** @throws {BenchError} if the command fails. */
export async function runPipeline(job: Job): Promise<Run> {
  const child = spawn('bash', ['-c', script(job)], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // In its own process group, which can be killed as a whole.
    detached: true,
  });
  running.add(child);
  const collect = { report: '', errors: '' };
  child.stdio[REPORT]?.on('data', (bytes: Buffer) => {
    collect.report += bytes;
  });
  child.stderr?.on('data', (bytes: Buffer) => {
    collect.errors = (collect.errors + bytes).slice(-KEPT_CHARACTERS);
  });
  let peakMemory: number | undefined;
  const timer = setInterval(() => {
    const [shell = ''] = collect.report.split('\n', 1);
    const memory = treeMemory(Number(shell));
    if (memory > (peakMemory ?? 0)) peakMemory = memory;
  }, LOOK_INTERVAL);
  try {
    const status = await ended(child);
    if (status !== 0) throw failure(job, status, collect.errors);
    return { ...parseReport(collect.report), peakMemory };
  } finally {
    clearInterval(timer);
    running.delete(child);
  }
}

/** Text as one word for the shell. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function script({ command, sink, tmpfsFile }: Job): string {
  // Descriptor 4 is the standard error of the command; that of the shell, which `time` writes to, is the report.
  return [
    'set -o pipefail',
    "TIMEFORMAT='%3R %3U %3S'",
    `exec 4>&2 2>&${REPORT}`,
    `time { { echo "$BASHPID" >&${REPORT}`,
    'time {',
    command,
    `} 2>&4 ${REPORT}>&- 4>&-`,
    `} ${redirection(sink, tmpfsFile)}`,
    '}',
  ].join('\n');
}

function redirection(sink: Sink, tmpfsFile = '/dev/null'): string {
  if (sink === 'pipe') return '| cat >/dev/null';
  return `>${sink === 'tmpfs' ? quote(tmpfsFile) : '/dev/null'}`;
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new BenchError(`bash cannot be run: ${error.message}`)));
    child.once('close', (status) => resolve(status ?? 1));
  });
}

/** Three lines: the process, the command's times, the pipeline's. */
function parseReport(report: string): { seconds: number; cpuSeconds: number } {
  const [, command = '', pipeline = ''] = report.split('\n');
  const [, user = Number.NaN, system = Number.NaN] = command.split(' ').map(Number);
  const [seconds = Number.NaN] = pipeline.split(' ').map(Number);
  if (!Number.isFinite(seconds + user + system)) throw new BenchError(`bash reported no times, but: ${report.trim()}`);
  return { seconds, cpuSeconds: user + system };
}

function failure(job: Job, status: number, errors: string): BenchError {
  const lines = errors.trim().split('\n').slice(-KEPT_LINES);
  return new BenchError(`${job.name} failed with status ${status}\n${lines.map((line) => `  ${line}`).join('\n')}`);
}
