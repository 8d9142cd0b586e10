import { LayerstreamError } from '../ground/errors.js';
import type { Layout } from '../layout/layout.js';

interface CollectOptions {
  readonly signal: AbortSignal | undefined;
  readonly onWarning: (message: string) => void;
}

/** Removes blobs that nothing needs. The image is there in any case, so a failure is only a warning. */
export async function collectGarbage(layout: Layout, { signal, onWarning }: CollectOptions): Promise<void> {
  try {
    const collection = await layout.collectGarbage({ signal });
    if (collection.kind === 'postponed') {
      onWarning(`blobs that nothing needs were left: ${collection.builds} other builds write to this layout`);
    }
  } catch (error) {
    if (!(error instanceof LayerstreamError) || error.code === 'ABORTED') throw error;
    onWarning(`blobs that nothing needs were left: ${error.message}`);
  }
}
