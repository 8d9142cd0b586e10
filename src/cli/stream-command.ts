import { isatty } from 'node:tty';
import type { AlongLayoutOptions } from '../api/options.js';
import type { CompressionSetting } from '../compression/setting.js';
import { openStdout } from '../files/stdout.js';
import { LayerstreamError } from '../ground/errors.js';
import { type BuildCommandOptions, buildCommand, terminalOutput } from './build-command.js';
import { archiveFile } from './file-conflicts.js';
import type { Paths } from './with-source.js';

export interface StreamOptions extends BuildCommandOptions {
  readonly output?: string | undefined;
  readonly singlePass?: boolean | undefined;
  /** Directory of a layout that the image goes into, too. */
  readonly layout?: string | undefined;
  /** Of the archive as a whole. */
  readonly compression?: string | undefined;
  /** Of the layers in the layout. */
  readonly layoutCompression?: string | undefined;
  readonly gc?: boolean | undefined;
}

const STDOUT = 1;

/** Builds the image of a conf and streams it as a docker-archive; returns the exit status. More paths are refused. */
export async function streamCommand([conf, ...more]: Paths, options: StreamOptions): Promise<number> {
  const output = options.output === '-' ? undefined : options.output;
  const singlePass = options.singlePass === true || options.layout !== undefined;
  return buildCommand([conf], options, {
    archive: archiveFile(output),
    layout: options.layout === undefined ? undefined : { name: '--layout', path: options.layout },
    places: { archive: output ?? 'standard output', layout: options.layout },
    warmUp: singlePass || options.verify === true ? 'single-pass archive' : 'archive',
    prepare: async () => {
      checkSingle(more);
      if (output === undefined && isatty(STDOUT)) throw terminalOutput();
      const compression = await compressionSetting(options.compression);
      const layout = await layoutOptions(options);
      return async ({ session, sources: [source], options: shared }) => {
        const to = output ?? (await openStdout());
        return [await session.archive(source, to, { ...shared, singlePass, compression, layout })];
      };
    },
  });
}

/** @throws {LayerstreamError} `USAGE`, `LAYOUT_INVALID` */
async function layoutOptions({
  layout,
  layoutCompression,
  gc,
}: StreamOptions): Promise<AlongLayoutOptions | undefined> {
  if (layout !== undefined) {
    const compression = await compressionSetting(layoutCompression);
    const { checkLayoutPlace } = await import('../layout/place.js');
    await checkLayoutPlace(layout);
    return { directory: layout, compression, collectGarbage: gc };
  }
  const given = Object.entries({ '--layout-compression': layoutCompression, '--gc': gc });
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

/** @throws {LayerstreamError} `USAGE` */
async function compressionSetting(text: string | undefined): Promise<CompressionSetting | undefined> {
  if (text === undefined) return undefined;
  const { parseCompression } = await import('../compression/setting.js');
  return parseCompression(text);
}
