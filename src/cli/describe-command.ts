import { Crew } from '../threads/crew.js';
import { writeWarning } from './progress/reporter.js';
import { checkConf, readConf } from './read-conf.js';
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

/** Tells what the image of a conf is; returns the exit status. */
export async function describeCommand(confPath: string, options: DescribeCommandOptions): Promise<number> {
  try {
    const bytes = await readConf(confPath);
    await write(await describe(confPath, { ...options, bytes }));
    return EXIT.done;
  } catch (error) {
    return reportError(error);
  }
}

async function describe(
  confPath: string,
  { bytes, ...options }: DescribeCommandOptions & { readonly bytes: Uint8Array },
): Promise<string> {
  const { workers, storeRoot } = options;
  // Its threads start while what checks the conf is loaded.
  const crew = new Crew({ workers });
  try {
    const [{ conf, source }, { resolveCacheDirectory }, { describeImage }, { formatDescription }] = await Promise.all([
      checkConf(bytes, { path: confPath, repoTag: options.repoTag, onWarning: writeWarning }),
      import('../cache/directory.js'),
      import('../sinks/description.js'),
      import('./describe-table.js'),
    ]);
    const cacheDirectory = options.cache ? resolveCacheDirectory(options.cacheDir, process.env) : undefined;
    const description = await describeImage(conf, { workers, storeRoot, cacheDirectory, source }, crew);
    return options.json ? `${JSON.stringify(description)}\n` : formatDescription(description);
  } finally {
    await crew.close();
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
    output.discard();
    throw error;
  }
}
