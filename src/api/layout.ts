import type { Output } from '../files/output.js';
import { StagingDirectory } from '../files/temporary.js';
import type { ByteTarget } from '../ground/byte-target.js';
import { imageInput } from '../inputs/described.js';
import type { ImageInput } from '../inputs/inputs.js';
import { openLayout } from '../layout/layout.js';
import type { ImageName } from '../oci/image-name.js';
import type { Workshop } from '../pipeline/image.js';
import { storeImage } from '../pipeline/store-image.js';
import { writeOciArchive } from '../sinks/oci-archive.js';
import { writeOciLayout } from '../sinks/oci-layout.js';
import { collectGarbage } from './collect-garbage.js';
import { layoutNames } from './image-names.js';
import type { ImageSource, LayoutArchiveOptions, LayoutOptions, LayoutSummary, VerbOptions } from './options.js';
import { summarizeLayout } from './summarize-layout.js';
import { writeTo } from './target.js';

interface LayoutRequest {
  readonly source: ImageSource;
  readonly directory: string;
  readonly options: LayoutOptions;
}

/** See `Session.layout`. */
export async function layout(
  workshop: Workshop,
  { source, directory, options }: LayoutRequest,
): Promise<LayoutSummary> {
  const { compression = { kind: 'none' }, onCleanUp, signal, onEvent } = options;
  const { input, names } = nameInput(source, options);
  const onWarning = (message: string): void => onEvent?.({ type: 'warning', message });
  const result = await storeImage(input, { workshop, options }, async (image) => {
    const place = await openLayout(directory, { signal });
    const laidOut = await writeOciLayout(image, place, { names, compression, signal, onCleanUp, onWarning });
    if (options.collectGarbage) await collectGarbage(place, { signal, onWarning });
    return laidOut;
  });
  return summarizeLayout(result);
}

interface LayoutArchiveRequest {
  readonly source: ImageSource;
  readonly target: string | ByteTarget | Output;
  readonly options: LayoutArchiveOptions;
}

/** See `Session.layoutArchive`. */
export async function layoutArchive(
  workshop: Workshop,
  { source, target, options }: LayoutArchiveRequest,
): Promise<LayoutSummary> {
  const { compression = { kind: 'none' }, onCleanUp, signal } = options;
  return writeTo(target, { onCleanUp }, async (to, output) => {
    const { input, names } = nameInput(source, options);
    const directory = new StagingDirectory(output.stagingParent);
    onCleanUp?.(() => directory.remove());
    try {
      const result = await storeImage(input, { workshop, options }, async (image) =>
        writeOciArchive(image, to, {
          staging: await openLayout(directory.path, { signal }),
          names,
          compression,
          signal,
        }),
      );
      return summarizeLayout(result);
    } finally {
      directory.remove();
    }
  });
}

interface NamedInput {
  readonly input: ImageInput;
  readonly names: readonly ImageName[];
}

function nameInput(source: ImageSource, options: VerbOptions): NamedInput {
  const input = imageInput(source);
  const names = layoutNames(input.repoTags, options);
  return { input: { ...input, repoTags: names.map(({ text }) => text) }, names };
}
