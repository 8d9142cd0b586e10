import { execFileSync } from 'node:child_process';

export function makeFifo(path: string): void {
  execFileSync('mkfifo', [path]);
}

/** A socket that nobody listens on any more. Node removes its own when it closes them. */
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
