import { isatty } from 'node:tty';
import type { CompressionSetting } from '../compression/setting.js';
import type { BuildSummary } from '../events/events.js';
import { openFileOutput } from '../files/file-output.js';
import { openStdout } from '../files/stdout.js';
import { LayerstreamError } from '../ground/errors.js';
import { type BuildCommandOptions, type BuildJob, buildCommand, terminalOutput } from './build-command.js';

export interface OciOptions extends BuildCommandOptions {
  readonly output?: string | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly compression?: string | undefined;
  readonly gc?: boolean | undefined;
}

const STDOUT = 1;

/** Builds the image of a conf into an OCI image layout, or an archive of one; returns the exit status. */
export async function ociCommand(
  confPath: string,
  directory: string | undefined,
  options: OciOptions,
): Promise<number> {
  let compression: CompressionSetting = { kind: 'none' };
  return buildCommand(confPath, options, {
    output: directory ?? options.output,
    check: async () => {
      checkPlace(directory, options);
      const { parseCompression } = await import('../compression/setting.js');
      if (options.compression !== undefined) compression = parseCompression(options.compression);
    },
    build: (job) => {
      const shared = { ...job.options, compression, tags: options.tag };
      return directory === undefined
        ? writeArchive(job, options.output ?? '-', shared)
        : writeDirectory(job, directory, { ...shared, collectGarbage: options.gc });
    },
  });
}

/** @throws {LayerstreamError} `USAGE` */
function checkPlace(directory: string | undefined, { output, gc }: OciOptions): void {
  if ((directory === undefined) === (output === undefined)) {
    const [what, hint] =
      directory === undefined
        ? [
            'no place is named for the image',
            'Name a directory for a layout, or with --output a file for an archive of one.',
          ]
        : [
            'both a directory and --output are given',
            'The image goes into a layout or into an archive of one: name one of them.',
          ];
    throw new LayerstreamError('USAGE', what, { hint });
  }
  if (gc && directory === undefined) {
    throw new LayerstreamError('USAGE', '--gc is for layouts: an archive has no blobs of other images');
  }
  if (output === '-' && isatty(STDOUT)) throw terminalOutput();
}

type OciApi = typeof import('../api/layout.js');

async function writeDirectory(
  { conf, crew, onSignal }: BuildJob,
  directory: string,
  options: Parameters<OciApi['writeLayout']>[2],
): Promise<BuildSummary> {
  const { writeLayout } = await import('../api/layout.js');
  return writeLayout(conf, directory, options, { crew, onStarted: onSignal });
}

async function writeArchive(
  { conf, crew, onSignal }: BuildJob,
  output: string,
  options: Parameters<OciApi['layoutArchiveInto']>[2],
): Promise<BuildSummary> {
  const { layoutArchiveInto } = await import('../api/layout.js');
  const to = await (output === '-' ? openStdout() : openFileOutput(output));
  onSignal(() => to.discard());
  return layoutArchiveInto(conf, to, options, { crew, onStarted: onSignal });
}
