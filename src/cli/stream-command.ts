import { isatty } from 'node:tty';
import { openFileOutput } from '../files/file-output.js';
import { openStdout } from '../files/stdout.js';
import { type BuildCommandOptions, buildCommand, terminalOutput } from './build-command.js';

export interface StreamOptions extends BuildCommandOptions {
  readonly output?: string | undefined;
  readonly singlePass?: boolean | undefined;
}

const STDOUT = 1;

/** Builds the image of a conf and streams it as a docker-archive; returns the exit status. */
export async function streamCommand(confPath: string, options: StreamOptions): Promise<number> {
  const { singlePass } = options;
  const output = options.output === '-' ? undefined : options.output;
  return buildCommand(confPath, options, {
    output,
    singlePass,
    check: () => {
      if (output === undefined && isatty(STDOUT)) throw terminalOutput();
    },
    begin: (crew) => {
      crew.startReader();
    },
    build: async (job) => {
      const { buildInto } = await import('../api/archive.js');
      const to = await (output === undefined ? openStdout() : openFileOutput(output));
      job.onSignal(() => to.discard());
      return buildInto(job.conf, to, { ...job.options, singlePass }, job.crew);
    },
  });
}
