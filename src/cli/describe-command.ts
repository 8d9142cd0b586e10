import { Session } from '../api/session.js';
import { resolveCacheDirectory } from '../cache/directory.js';
import { writeWarning } from './progress/reporter.js';
import { checkSource, readConf } from './read-conf.js';
import { EXIT, reportError } from './report-error.js';

export interface DescribeCommandOptions {
  readonly json?: boolean | undefined;
  readonly repoTag?: string | undefined;
  readonly workers?: number | undefined;
  readonly storeRoot?: string | undefined;
  readonly cacheDir?: string | undefined;
  /** False where no cache is wanted. */
  readonly cache: boolean;
}

/** Describes the image of a conf; returns the exit status. */
export async function describeCommand(confPath: string, options: DescribeCommandOptions): Promise<number> {
  try {
    await write(await describe(confPath, options));
    return EXIT.done;
  } catch (error) {
    return reportError(error);
  }
}

async function describe(confPath: string, { workers, storeRoot, ...options }: DescribeCommandOptions): Promise<string> {
  const cacheDirectory = options.cache ? resolveCacheDirectory(options.cacheDir, process.env) : undefined;
  // Its threads start while the conf is read, and while what checks it is loaded.
  const session = Session.start({ workers, cacheDirectory });
  try {
    const bytes = await readConf(confPath);
    const [{ source, name }, { formatDescription }] = await Promise.all([
      checkSource(bytes, { path: confPath, repoTag: options.repoTag, onWarning: writeWarning }),
      import('./describe-table.js'),
    ]);
    const description = await session.describe(source, { storeRoot, source: name });
    return options.json ? `${JSON.stringify(description)}\n` : formatDescription(description);
  } finally {
    await session.close();
  }
}

/** @throws {LayerstreamError} `WRITE_FAILED`, `OUTPUT_CLOSED` */
async function write(text: string): Promise<void> {
  const { openStdout } = await import('../files/stdout.js');
  const output = await openStdout();
  try {
    await output.write(Buffer.from(text));
    await output.commit();
  } catch (error) {
    output.abort();
    throw error;
  }
}
