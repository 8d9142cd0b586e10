import type { Output } from '../files/output.js';
import { StagingDirectory } from '../files/temporary.js';
import type { ByteTarget } from '../ground/byte-target.js';
import type { Image } from '../image/image.js';
import { imageInput } from '../inputs/described.js';
import { openInputs } from '../inputs/inputs.js';
import { openLayout } from '../layout/layout.js';
import type { Descriptor } from '../oci/descriptor.js';
import type { ImageName } from '../oci/image-name.js';
import type { Workshop } from '../pipeline/image.js';
import { storeImage } from '../pipeline/store-image.js';
import { writeOciArchive } from '../sinks/oci-archive.js';
import { type LaidOut, LayoutWriter } from '../sinks/oci-layout.js';
import { collectGarbage } from './collect-garbage.js';
import type { ImageSource, LayoutArchiveOptions, LayoutOptions, LayoutSummary } from './options.js';
import { checkPlatforms, type SourcedInput, sharedNames } from './platforms.js';
import { type BuiltIntoLayout, summarizeLayout } from './summarize-layout.js';
import { writeTo } from './target.js';

interface LayoutRequest {
  readonly sources: readonly ImageSource[];
  readonly directory: string;
  readonly options: LayoutOptions;
}

/** See `Session.layout`. */
export async function layout(
  workshop: Workshop,
  { sources, directory, options }: LayoutRequest,
): Promise<readonly LayoutSummary[]> {
  const { signal, onEvent, collectGarbage: isCollected } = options;
  const onWarning = (message: string): void => onEvent?.({ type: 'warning', message });
  return buildAll(workshop, inputsOf(sources, options), {
    options,
    onWarning,
    open: () => openLayout(directory, { signal }),
    onPublished: async ({ place }) => {
      if (isCollected) await collectGarbage(place, { signal, onWarning });
    },
  });
}

interface LayoutArchiveRequest {
  readonly sources: readonly ImageSource[];
  readonly target: string | ByteTarget | Output;
  readonly options: LayoutArchiveOptions;
}

/** See `Session.layoutArchive`. */
export async function layoutArchive(
  workshop: Workshop,
  { sources, target, options }: LayoutArchiveRequest,
): Promise<readonly LayoutSummary[]> {
  const { signal, onCleanUp } = options;
  return writeTo(target, { onCleanUp }, async (to, output) => {
    const inputs = inputsOf(sources, options);
    const directory = await StagingDirectory.make(output.stagingParent);
    onCleanUp?.(() => directory.remove());
    try {
      return await buildAll(workshop, inputs, {
        options,
        onWarning: () => {},
        open: () => openLayout(directory.path, { signal }),
        onPublished: ({ place, time, ...images }) => writeOciArchive(to, { staging: place, time, ...images }),
      });
    } catch (error) {
      throw directory.explain(error);
    } finally {
      directory.remove();
    }
  });
}

type Layout = Awaited<ReturnType<typeof openLayout>>;

/** What is in the index when all images are built. */
interface Published {
  readonly place: Layout;
  readonly images: readonly LaidOut[];
  readonly names: readonly ImageName[];
  readonly targets: readonly Descriptor[];
  /** The first image's, for the entries of archives. */
  readonly time: number;
}

interface Plan {
  readonly options: LayoutArchiveOptions;
  readonly onWarning: (message: string) => void;
  /** Called when the first image is scanned: what cannot be built leaves the place as it is. */
  readonly open: () => Promise<Layout>;
  /** Awaited before the last image counts as finished. */
  readonly onPublished: (published: Published) => Promise<void>;
}

/** Builds images one after the other into one layout. They are put into the index together. */
async function buildAll(workshop: Workshop, inputs: readonly SourcedInput[], plan: Plan): Promise<LayoutSummary[]> {
  const { tags, compression = { kind: 'none' }, onCleanUp, ...shared } = plan.options;
  const { onWarning } = plan;
  const { signal } = shared;
  checkPlatforms(inputs);
  const names = sharedNames(inputs, tags);
  const repoTags = names.map(({ text }) => text);
  // A fault of the last must not show only when all others are built.
  if (inputs.length > 1) await checkInputs(inputs, shared);
  const built: BuiltIntoLayout[] = [];
  const images: LaidOut[] = [];
  let targets: readonly Descriptor[] = [];
  let writer: LayoutWriter | undefined;
  let place: Layout | undefined;
  let time: number | undefined;
  const sink = async (image: Image): Promise<LaidOut> => {
    place ??= await plan.open();
    writer ??= await LayoutWriter.start(place, { names, compression, signal, onCleanUp, onWarning });
    time ??= image.time;
    const laidOut = await writer.add(image);
    images.push(laidOut);
    if (images.length < inputs.length) return laidOut;
    targets = await writer.publish();
    writer.end();
    await plan.onPublished({ place, images, names, targets, time });
    return laidOut;
  };
  try {
    for (const { input, source } of inputs) {
      built.push(await storeImage({ ...input, repoTags }, { workshop, options: { ...shared, source } }, sink));
    }
  } finally {
    writer?.end();
  }
  return built.map((each) => summarizeLayout(each, targets));
}

function inputsOf(
  sources: readonly ImageSource[],
  { source = 'conf', sources: names }: LayoutArchiveOptions,
): SourcedInput[] {
  return sources.map((each, i) => {
    const name = names?.[i] ?? (sources.length === 1 ? source : `conf ${i + 1}`);
    return { input: imageInput(each), source: name };
  });
}

/** @throws {LayerstreamError} as `openInputs` */
async function checkInputs(
  inputs: readonly SourcedInput[],
  { storeRoot = '', signal }: LayoutArchiveOptions,
): Promise<void> {
  for (const { input, source } of inputs) (await openInputs(input, { storeRoot, source, signal })).close();
}
