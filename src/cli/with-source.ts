import type { ImageSource, SessionOptions } from '../api/options.js';
import { Session } from '../api/session.js';
import { resolveCacheDirectory } from '../cache/directory.js';
import { checkSource, readConf } from './read-conf.js';

export interface SourceOptions {
  readonly workers?: number | undefined;
  readonly cacheDir?: string | undefined;
  /** False where no cache is wanted. */
  readonly cache: boolean;
}

export interface Sourced {
  readonly session: Session;
  readonly source: ImageSource;
  /** What messages call the source. */
  readonly name: string;
}

interface WithOptions {
  readonly options: SourceOptions;
  readonly warmUp?: SessionOptions['warmUp'];
  readonly onWarning: (message: string) => void;
}

/**
 * Starts a session, reads a conf or what serves for one, and closes the session after `use`. The threads start while the
 * conf is read, and while what checks it and writes images is loaded.
 *
 * @throws {LayerstreamError} `CONF_INVALID`, `DESCRIPTION_INVALID`, `USAGE`
 */
export async function withSource<T>(
  path: string,
  { options, warmUp, onWarning }: WithOptions,
  use: (sourced: Sourced) => Promise<T>,
): Promise<T> {
  const { workers } = options;
  const cacheDirectory = options.cache ? resolveCacheDirectory(options.cacheDir, process.env) : undefined;
  const session = Session.start({ workers, cacheDirectory, warmUp });
  try {
    const bytes = await readConf(path);
    return await use({ session, ...(await checkSource(bytes, { path, onWarning })) });
  } finally {
    await session.close();
  }
}
