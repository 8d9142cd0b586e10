import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { TestStore } from './cli-store.js';
import { requireTool } from './cli-tools.js';

const MINORS = { null: '3', full: '7' } as const;

/**
 * A device such as `/dev/null`; undefined, and the test skipped, where none can be made. For root it is one of the
 * test's own, since a faulty program may replace the machine's.
 */
export function makeDevice(t: TestContext, store: TestStore, kind: keyof typeof MINORS): string | undefined {
  if (process.getuid?.() !== 0) return `/dev/${kind}`;
  const path = join(store.directory, kind);
  const command = `mknod -m 666 '${path}' c 1 ${MINORS[kind]} && : < '${path}'`;
  return requireTool(t, ['sh', '-c', command], 'to make a device') ? path : undefined;
}

export function makeFifo(path: string): void {
  execFileSync('mkfifo', [path]);
}

/** A socket on which no process listens any more. Node removes its own when it closes them. */
export function makeSocket(path: string): void {
  const directory = path.slice(0, path.lastIndexOf('/'));
  const name = path.slice(directory.length + 1);
  const code = `require('node:net').createServer().listen(${JSON.stringify(name)}, () => process.kill(process.pid, 9))`;
  try {
    // Relative, since the name of a socket must be short.
    execFileSync(process.execPath, ['-e', code], { cwd: directory });
  } catch (error) {
    if (!(error instanceof Error && 'signal' in error && error.signal === 'SIGKILL')) throw error;
  }
}
