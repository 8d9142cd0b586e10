import { isatty } from 'node:tty';
import { statIfThere } from '../files/stat.js';
import { openStdout } from '../files/stdout.js';
import { LayerstreamError } from '../ground/errors.js';
import { formatCount } from '../ground/format.js';
import { type BuildCommandOptions, buildCommand, terminalOutput } from './build-command.js';
import { archiveFile } from './file-conflicts.js';
import type { Paths } from './with-source.js';

export interface OciOptions extends BuildCommandOptions {
  readonly output?: string | undefined;
  readonly compression?: string | undefined;
  readonly gc?: boolean | undefined;
}

const STDOUT = 1;

/**
 * Builds the images of confs into an OCI image layout, or an archive of one; returns the exit status. The last of the
 * paths is the layout's unless an archive is asked for.
 */
export async function ociCommand(paths: Paths, options: OciOptions): Promise<number> {
  const { confs, directory } = splitPaths(paths, options);
  return buildCommand(confs, options, {
    archive: directory === undefined ? archiveFile(options.output) : undefined,
    layout: directory === undefined ? undefined : { name: 'the layout', path: directory },
    places: directory === undefined ? { archive: nameOf(options.output) } : { layout: directory },
    prepare: async () => {
      checkPlace(directory, paths, options);
      checkRecords(confs, options);
      const { parseCompression } = await import('../compression/setting.js');
      const compression = options.compression === undefined ? undefined : parseCompression(options.compression);
      if (directory !== undefined) {
        const { checkLayoutPlace } = await import('../layout/place.js');
        await checkLayoutPlace(directory);
      }
      return async ({ session, sources, options: shared }) => {
        const storage = { ...shared, compression };
        if (directory !== undefined) {
          return session.layout(sources, directory, { ...storage, collectGarbage: options.gc });
        }
        const { output = '-' } = options;
        return session.layoutArchive(sources, output === '-' ? await openStdout() : output, storage);
      };
    },
  });
}

function nameOf(output: string | undefined): string {
  return output === undefined || output === '-' ? 'standard output' : output;
}

interface Arguments {
  readonly confs: Paths;
  readonly directory: string | undefined;
}

function splitPaths([first, ...others]: Paths, { output }: OciOptions): Arguments {
  if (output !== undefined) return { confs: [first, ...others], directory: undefined };
  return { confs: [first, ...others.slice(0, -1)], directory: others.at(-1) };
}

/** @throws {LayerstreamError} `USAGE` */
function checkPlace(directory: string | undefined, paths: Paths, { output, gc }: OciOptions): void {
  if (output === undefined && (directory === undefined || directory === '-')) {
    throw new LayerstreamError('USAGE', 'no place is named for the image', {
      hint: 'Name a directory for a layout, or with --output a file for an archive of one.',
    });
  }
  const last = directory ?? paths.at(-1) ?? '';
  const kind = kindOf(last);
  if (output !== undefined && paths.length > 1 && kind === 'directory') {
    throw new LayerstreamError('USAGE', `both a directory, ${last}, and --output are given`, {
      path: last,
      hint: 'The image goes into a layout or into an archive of one: name one of them.',
    });
  }
  if (directory !== undefined && kind === 'other') {
    throw new LayerstreamError('USAGE', `${directory} is not a directory`, {
      path: directory,
      hint: 'Name the directory of the layout after the confs, or with --output a file for an archive of one.',
    });
  }
  if (gc && directory === undefined) {
    throw new LayerstreamError('USAGE', '--gc is for layouts: an archive has no blobs of other images');
  }
  if (output === '-' && isatty(STDOUT)) throw terminalOutput();
}

/** Undefined for what is not there, or cannot be seen: whoever opens it reports that. */
function kindOf(path: string): 'directory' | 'other' | undefined {
  try {
    const stat = statIfThere(path);
    return stat === undefined ? undefined : stat.isDirectory() ? 'directory' : 'other';
  } catch {
    return undefined;
  }
}

/** @throws {LayerstreamError} `USAGE` */
function checkRecords(confs: Paths, { trace, report }: OciOptions): void {
  const [option] = [trace === undefined ? [] : '--trace', report === undefined ? [] : '--report'].flat();
  if (option === undefined || confs.length === 1) return;
  throw new LayerstreamError(
    'USAGE',
    `${option} shows how one image is built, and ${formatCount(confs.length, 'conf')} are given`,
    {
      hint: `Leave out ${option}, or build one image after the other into a layout: they become the same index.`,
    },
  );
}
