import { isatty } from 'node:tty';
import { openFileOutput } from '../files/file-output.js';
import { openStdout } from '../files/stdout.js';
import { LayerstreamError } from '../ground/errors.js';
import { type BuildCommandOptions, buildCommand, terminalOutput } from './build-command.js';

export interface OciOptions extends BuildCommandOptions {
  readonly output?: string | undefined;
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
  return buildCommand(confPath, options, {
    output: directory ?? options.output,
    places: directory === undefined ? { archive: nameOf(options.output) } : { layout: directory },
    prepare: async () => {
      checkPlace(directory, options);
      const { parseCompression } = await import('../compression/setting.js');
      const compression = options.compression === undefined ? undefined : parseCompression(options.compression);
      return async ({ session, source, options: shared }) => {
        const storage = { ...shared, compression };
        if (directory !== undefined) {
          return session.layout(source, directory, { ...storage, collectGarbage: options.gc });
        }
        const { output = '-' } = options;
        const to = await (output === '-' ? openStdout() : openFileOutput(output));
        return session.layoutArchive(source, to, storage);
      };
    },
  });
}

function nameOf(output: string | undefined): string {
  return output === undefined || output === '-' ? 'standard output' : output;
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
