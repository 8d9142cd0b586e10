import type { SessionOptions } from '../api/options.js';
import { Session } from '../api/session.js';
import { resolveCacheDirectory } from '../cache/directory.js';
import { LayerstreamError } from '../ground/errors.js';
import { formatCount } from '../ground/format.js';
import { usableCores } from '../threads/cores.js';
import { checkSource, type NamedSource, readConf } from './read-conf.js';

export interface SourceOptions {
  readonly workers?: number | undefined;
  readonly cacheDir?: string | undefined;
  /** False where no cache is wanted. */
  readonly cache: boolean;
  readonly storeRoot?: string | undefined;
}

/** Workers for each core that are too many in any case. */
const MANY_FOR_A_CORE = 8;

/** One or more. */
export type NamedSources = readonly [NamedSource, ...NamedSource[]];

export type Paths = readonly [string, ...string[]];

interface WithOptions {
  readonly options: SourceOptions;
  readonly warmUp?: SessionOptions['warmUp'];
  readonly onWarning: (message: string) => void;
}

/**
 * Starts a session, reads confs or what serves for one, and closes the session after `use`. The threads start while the
 * confs are read, and while what checks them and writes images is loaded.
 *
 * @throws {LayerstreamError} `CONF_INVALID`, `DESCRIPTION_INVALID`, `USAGE`
 */
export async function withSources<T>(
  paths: Paths,
  { options, warmUp, onWarning }: WithOptions,
  use: (session: Session, sources: NamedSources) => Promise<T>,
): Promise<T> {
  const { workers, storeRoot } = options;
  if (paths.indexOf('-') !== paths.lastIndexOf('-')) {
    throw new LayerstreamError('USAGE', 'standard input is given as two confs', {
      hint: 'Only one can be read from it.',
    });
  }
  const cacheDirectory = options.cache ? resolveCacheDirectory(options.cacheDir, process.env) : undefined;
  const session = Session.start({ workers, cacheDirectory, warmUp });
  warnOfWorkers(workers, onWarning);
  const read = async (path: string): Promise<NamedSource> =>
    checkSource(await readConf(path, { storeRoot }), { path, storeRoot, onWarning });
  try {
    const [first, ...others] = paths;
    const sources: [NamedSource, ...NamedSource[]] = [await read(first)];
    for (const path of others) sources.push(await read(path));
    return await use(session, sources);
  } finally {
    await session.close();
  }
}

/** More threads than cores may help where files come slowly; far more only cost memory. */
function warnOfWorkers(workers: number | undefined, onWarning: (message: string) => void): void {
  const cores = usableCores();
  if (workers === undefined || workers <= MANY_FOR_A_CORE * cores) return;
  onWarning(
    `--workers ${workers} is far more than the ${formatCount(cores, 'core')} that this process may use: ` +
      'it takes more memory, and no less time',
  );
}
