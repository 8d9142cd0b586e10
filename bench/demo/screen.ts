/** What the demo shows. */
import { formatBytes, formatSeconds } from '../../src/ground/format.js';
import type { LayoutSummary } from '../../src/index.js';
import { formatTable, left, right } from '../table.js';
import { type DemoStore, IMAGE_NAME } from './demo-store.js';

/** Hexadecimal digits that are enough to tell images apart. */
const SHORT_DIGEST = 12;

export interface DemoBuild {
  readonly title: string;
  readonly summary: LayoutSummary;
}

const CLIENTS = ['docker', 'podman'];

/** What the image is made of. */
export function formatStore({ size, runtime }: Pick<DemoStore, 'size' | 'runtime'>): string {
  const node = 'command' in runtime ? ` and of Node.js ${process.version} with its libraries` : '';
  return `${size} store paths were made of this project's packages${node}.`;
}

/** What can be done with the archive. */
export function formatNextSteps({ runtime }: Pick<DemoStore, 'runtime'>, archive: string): string {
  if ('reason' in runtime) {
    return [
      `The image has no command to run, since Node.js cannot be put into it: ${runtime.reason}. To load it:`,
      ...CLIENTS.map((client) => `  ${client} load < ${archive}`),
    ].join('\n');
  }
  return [
    'To see it run:',
    ...CLIENTS.map((client) => `  ${client} load < ${archive} && ${client} run --rm ${IMAGE_NAME}`),
  ].join('\n');
}

/** A row for each build: what of it was new. */
export function formatBuilds(builds: readonly DemoBuild[]): string {
  const columns = [left(''), right('time'), right('layers reused'), right('new'), right('new bytes'), left('image ID')];
  const rows = builds.map(({ title, summary }) => {
    const { layers, seconds, imageId } = summary;
    const written = layers.filter(({ outcome }) => outcome === 'written');
    const bytes = written.reduce((total, { descriptor }) => total + descriptor.size, 0);
    const reused = `${layers.length - written.length} of ${layers.length}`;
    return [title, formatSeconds(seconds), reused, String(written.length), formatBytes(bytes), shortId(imageId)];
  });
  return formatTable(columns, rows);
}

function shortId(digest: string): string {
  const start = digest.indexOf(':') + 1;
  return digest.slice(start, start + SHORT_DIGEST);
}
