import type { BuildSummary } from '../events/events.js';
import type { Output } from '../files/output.js';
import type { ByteTarget } from '../ground/byte-target.js';
import { imageInput } from '../inputs/described.js';
import { openLayout } from '../layout/layout.js';
import type { Workshop } from '../pipeline/image.js';
import { streamImage } from '../pipeline/stream-image.js';
import { writeArchiveAndLayout } from '../sinks/archive-and-layout.js';
import { writeDockerArchive } from '../sinks/docker-archive.js';
import { collectGarbage } from './collect-garbage.js';
import { archiveTags, layoutNames } from './image-names.js';
import type { AlongLayoutOptions, ArchiveOptions, ImageSource, LayoutSummary } from './options.js';
import { summarizeLayout } from './summarize-layout.js';
import { writeTo } from './target.js';
import { writePacked } from './write-packed.js';

interface ArchiveRequest {
  readonly source: ImageSource;
  readonly target: string | ByteTarget | Output;
  readonly options: ArchiveOptions;
}

interface SeveralRequest extends ArchiveRequest {
  readonly layout: AlongLayoutOptions;
}

/** See `Session.archive`. */
export async function archive(
  workshop: Workshop,
  { source, target, options }: ArchiveRequest,
): Promise<BuildSummary | LayoutSummary> {
  const { layout, singlePass = false, compression, onCleanUp } = options;
  if (layout !== undefined) return archiveAndLayout(workshop, { source, target, options, layout });
  return writeTo(target, { onCleanUp }, async (to) => {
    const input = imageInput(source);
    const repoTags = archiveTags(input.repoTags, options);
    const naming = singlePass ? 'position' : 'digest';
    const { summary } = await streamImage({ ...input, repoTags }, { workshop, options }, (image) =>
      writePacked(workshop.threads, { target: to, compression }, async (packed, end) => {
        const built = await writeDockerArchive(image, packed, { naming });
        return { ...built, compressedSize: await end() };
      }),
    );
    return summary;
  });
}

async function archiveAndLayout(
  workshop: Workshop,
  { source, target, options, layout: along }: SeveralRequest,
): Promise<LayoutSummary> {
  const { directory, compression = { kind: 'none' } } = along;
  const { signal, onEvent, onCleanUp } = options;
  const onWarning = (message: string): void => onEvent?.({ type: 'warning', message });
  return writeTo(target, { onCleanUp }, async (to, output) => {
    const input = imageInput(source);
    const names = layoutNames(input.repoTags, options);
    const repoTags = archiveTags(input.repoTags, options);
    const request = { workshop, options: { ...options, storesAlong: true } };
    const result = await streamImage({ ...input, repoTags }, request, async (image) => {
      const layout = await openLayout(directory, { signal });
      const packing = { target: to, compression: options.compression };
      const laidOut = await writePacked(workshop.threads, packing, async (packed, end) => {
        let compressedSize: number | undefined;
        const onArchived = async (): Promise<void> => {
          compressedSize = await end();
          await output.flush();
        };
        const places = { target: packed, layout };
        const shared = { names, compression, signal, onCleanUp, onWarning, onArchived };
        return { ...(await writeArchiveAndLayout(image, places, shared)), compressedSize };
      });
      if (along.collectGarbage) await collectGarbage(layout, { signal, onWarning });
      return laidOut;
    });
    return summarizeLayout(result, result.built.targets);
  });
}
