import { writeWarning } from './progress/reporter.js';
import { EXIT, reportError } from './report-error.js';
import { type SourceOptions, withSource } from './with-source.js';
import { writeResult } from './write-result.js';

export interface DescribeCommandOptions extends SourceOptions {
  readonly json?: boolean | undefined;
  readonly storeRoot?: string | undefined;
}

/** Describes the image of a conf; returns the exit status. */
export async function describeCommand(confPath: string, options: DescribeCommandOptions): Promise<number> {
  try {
    const text = await describe(confPath, options);
    await writeResult((write) => write(text));
    return EXIT.done;
  } catch (error) {
    return reportError(error);
  }
}

async function describe(confPath: string, { json, storeRoot, ...options }: DescribeCommandOptions): Promise<string> {
  return withSource(confPath, { options, onWarning: writeWarning }, async ({ session, source, name }) => {
    const description = await session.describe(source, { storeRoot, source: name });
    if (json) return `${JSON.stringify(description)}\n`;
    const { formatDescription } = await import('./describe-table.js');
    return formatDescription(description, process.stdout.isTTY ? process.stdout.columns || undefined : undefined);
  });
}
