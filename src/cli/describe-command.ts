import { parseTags } from '../api/image-names.js';
import type { BuildEvent } from '../events/events.js';
import { requireStdout } from '../files/stdout.js';
import { printableJson } from '../ground/printable.js';
import { writeWarning } from './progress/reporter.js';
import { EXIT, reportError } from './report-error.js';
import { type SourceOptions, withSources } from './with-source.js';
import { writeResult } from './write-result.js';

export interface DescribeCommandOptions extends SourceOptions {
  readonly json?: boolean | undefined;
  readonly tag?: readonly string[] | undefined;
}

/** Describes the image of a conf; returns the exit status. */
export async function describeCommand(confPath: string, options: DescribeCommandOptions): Promise<number> {
  try {
    requireStdout();
    const text = await describe(confPath, options);
    await writeResult((write) => write(text));
    return EXIT.done;
  } catch (error) {
    return reportError(error);
  }
}

async function describe(confPath: string, { json, tag: tags, ...options }: DescribeCommandOptions): Promise<string> {
  if (tags !== undefined) parseTags(tags);
  return withSources([confPath], { options, onWarning: writeWarning }, async (session, [{ source, name }]) => {
    const description = await session.describe(source, {
      tags,
      storeRoot: options.storeRoot,
      source: name,
      onEvent: showWarning,
    });
    if (json) return `${printableJson(description)}\n`;
    const { formatDescription } = await import('./describe-table.js');
    return formatDescription(description, process.stdout.isTTY ? process.stdout.columns || undefined : undefined);
  });
}

function showWarning(event: BuildEvent): void {
  if (event.type === 'warning') writeWarning(event.message);
}
