import { LayerstreamError } from '../ground/errors.js';
import { formatCount } from '../ground/format.js';
import type { Layout } from '../layout/layout.js';

interface CollectOptions {
  readonly signal: AbortSignal | undefined;
  readonly onWarning: (message: string) => void;
}

/** Removes blobs that nothing needs. The image is there in any case, so a failure is only a warning. */
export async function collectGarbage(
  layout: Pick<Layout, 'collectGarbage'>,
  { signal, onWarning }: CollectOptions,
): Promise<void> {
  try {
    const collection = await layout.collectGarbage({ signal });
    if (collection.kind === 'postponed') {
      onWarning(
        `blobs that nothing needs were left: ${formatCount(collection.builds, 'other build writes', 'other builds write')} to this layout`,
      );
    }
  } catch (error) {
    if (!(error instanceof LayerstreamError) || error.code === 'ABORTED') throw error;
    onWarning(`blobs that nothing needs were left: ${error.message}`);
  }
}
