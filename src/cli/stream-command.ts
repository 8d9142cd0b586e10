import { isatty } from 'node:tty';
import type { AlongLayoutOptions } from '../api/options.js';
import { openFileOutput } from '../files/file-output.js';
import { openStdout } from '../files/stdout.js';
import { LayerstreamError } from '../ground/errors.js';
import { type BuildCommandOptions, buildCommand, terminalOutput } from './build-command.js';
import type { Paths } from './with-source.js';

export interface StreamOptions extends BuildCommandOptions {
  readonly output?: string | undefined;
  readonly singlePass?: boolean | undefined;
  /** Directory of a layout that the image goes into, too. */
  readonly layout?: string | undefined;
  readonly compression?: string | undefined;
  readonly gc?: boolean | undefined;
}

const STDOUT = 1;

/** Builds the image of a conf and streams it as a docker-archive; returns the exit status. More paths are refused. */
export async function streamCommand([conf, ...more]: Paths, options: StreamOptions): Promise<number> {
  const output = options.output === '-' ? undefined : options.output;
  const singlePass = options.singlePass === true || options.layout !== undefined;
  return buildCommand([conf], options, {
    output,
    places: { archive: output ?? 'standard output', layout: options.layout },
    warmUp: singlePass || options.verify === true ? 'single-pass archive' : 'archive',
    prepare: async () => {
      checkSingle(more);
      if (output === undefined && isatty(STDOUT)) throw terminalOutput();
      const layout = await layoutOptions(options);
      return async ({ session, sources: [source], options: shared }) => {
        const to = await (output === undefined ? openStdout() : openFileOutput(output));
        return [await session.archive(source, to, { ...shared, singlePass, layout })];
      };
    },
  });
}

/** @throws {LayerstreamError} `USAGE`, `LAYOUT_INVALID` */
async function layoutOptions({ layout, compression, gc }: StreamOptions): Promise<AlongLayoutOptions | undefined> {
  if (layout !== undefined) {
    const { parseCompression } = await import('../compression/setting.js');
    const along = {
      directory: layout,
      compression: compression === undefined ? undefined : parseCompression(compression),
      collectGarbage: gc,
    };
    const { checkLayoutPlace } = await import('../layout/place.js');
    await checkLayoutPlace(layout);
    return along;
  }
  const given = Object.entries({ '--compression': compression, '--gc': gc });
  const [option] = given.find(([, value]) => value !== undefined) ?? [];
  if (option === undefined) return undefined;
  throw new LayerstreamError('USAGE', `${option} is about a layout, and none is named`, {
    hint: 'Name its directory with --layout, or build only a layout with `layerstream oci`.',
  });
}

/** @throws {LayerstreamError} `USAGE` */
function checkSingle([second]: readonly string[]): void {
  if (second === undefined) return;
  throw new LayerstreamError('USAGE', `stream takes one conf, and ${second} is given, too`, {
    path: second,
    hint: `To write to a file, use \`--output ${second}\`. \`layerstream oci\` takes several confs.`,
  });
}
