import type { Conf } from '../config/model.js';
import type { BuildSummary } from '../events/events.js';
import { openFileOutput } from '../files/file-output.js';
import type { Output } from '../files/output.js';
import { StagingDirectory } from '../files/temporary.js';
import type { ByteTarget } from '../ground/byte-target.js';
import { LayerstreamError } from '../ground/errors.js';
import { GuardedTarget } from '../ground/guarded-target.js';
import { openLayout } from '../layout/layout.js';
import { type ImageName, parseImageName } from '../oci/image-name.js';
import { type BlobBuildOptions, buildBlobs } from '../pipeline/blob-build.js';
import type { BuiltImage } from '../pipeline/image-build.js';
import { writeOciArchive } from '../sinks/oci-archive.js';
import { writeOciLayout } from '../sinks/oci-layout.js';
import type { Crew } from '../threads/crew.js';

export interface LayoutOptions extends BlobBuildOptions {
  /** Names of the image: `registry.example/app:1.2`, or only a tag. By default the conf's `repo_tag`. */
  readonly tags?: readonly string[] | undefined;
}

export interface DirectoryOptions extends LayoutOptions {
  /** Removes blobs that no image of the layout needs, when the build is done and no other one runs. */
  readonly collectGarbage?: boolean | undefined;
}

/** For who wants to clean up without waiting: a signal handler. */
export interface CleanUp {
  /** Started threads, to be taken over. */
  readonly crew?: Crew | undefined;
  /** Told, once, what lets go at once of what is unfinished. */
  readonly onStarted?: ((cleanUp: () => void) => void) | undefined;
}

/**
 * Builds an image into a directory, an OCI image layout, which is made where it is missing. Other images in it stay; one
 * of the same name is replaced. Blobs that are there are not written again; with `verify` all layers are hashed and written
 * anew, and take the place of blobs that may be damaged.
 *
 * @throws {LayerstreamError}
 */
export async function writeLayout(
  conf: Conf,
  directory: string,
  options: DirectoryOptions = {},
  { crew, onStarted }: CleanUp = {},
): Promise<BuildSummary> {
  const names = imageNames(conf, options.tags);
  const { signal, onEvent } = options;
  const onWarning = (message: string): void => onEvent?.({ type: 'warning', message });
  let sunk: Promise<BuiltImage> | undefined;
  try {
    return await buildBlobs(
      conf,
      (image) => {
        sunk = layOut();
        return sunk;
        async function layOut(): Promise<BuiltImage> {
          const layout = await openLayout(directory, { signal });
          const laidOut = await writeOciLayout(image, layout, { names, signal, onStarted, onWarning });
          if (options.collectGarbage) await collect(() => layout.collectGarbage({ signal }), onWarning);
          return laidOut;
        }
      },
      options,
      crew,
    );
  } finally {
    // After an abort it still has to let go of the layout.
    await sunk?.catch(() => {});
  }
}

/**
 * Builds an image into a file, an archive of an OCI image layout that `docker load` takes too. The file appears whole or
 * not at all.
 *
 * @throws {LayerstreamError}
 */
export async function writeLayoutArchive(conf: Conf, path: string, options: LayoutOptions = {}): Promise<BuildSummary> {
  imageNames(conf, options.tags);
  return layoutArchiveInto(conf, await openFileOutput(path), options);
}

/** As `writeLayoutArchive`, into an output, which is committed or, after a failure, discarded. */
export async function layoutArchiveInto(
  conf: Conf,
  output: Output,
  options: LayoutOptions,
  { crew, onStarted }: CleanUp = {},
): Promise<BuildSummary> {
  let staging: StagingDirectory | undefined;
  try {
    staging = new StagingDirectory(output.stagingParent);
    onStarted?.(() => staging?.remove());
    const summary = await buildLayoutArchive(conf, output, { ...options, staging: staging.path }, crew);
    await output.commit();
    return summary;
  } catch (error) {
    output.discard();
    throw error;
  } finally {
    staging?.remove();
  }
}

async function buildLayoutArchive(
  conf: Conf,
  target: ByteTarget,
  { staging, ...options }: LayoutOptions & { readonly staging: string },
  crew: Crew | undefined,
): Promise<BuildSummary> {
  const names = imageNames(conf, options.tags);
  const { signal } = options;
  const guarded = new GuardedTarget(target);
  try {
    return await buildBlobs(
      conf,
      async (image) =>
        writeOciArchive(image, guarded, { staging: await openLayout(staging, { signal }), names, signal }),
      options,
      crew,
    );
  } finally {
    guarded.close();
  }
}

/** @throws {LayerstreamError} `USAGE` */
function imageNames({ repoTag }: Conf, tags: readonly string[] | undefined): ImageName[] {
  const given = tags === undefined || tags.length === 0 ? [repoTag] : tags;
  return given.map((text) => {
    const name = parseImageName(text);
    if (name !== undefined) return name;
    throw new LayerstreamError('USAGE', `${JSON.stringify(text)} is no name of an image`, {
      hint: 'Give it with --tag: registry.example/app:1.2 (all but the tag in lower case), or a tag alone.',
    });
  });
}

/** The image is there, whatever comes of this: so it is told in warnings. */
async function collect(
  run: () => ReturnType<Awaited<ReturnType<typeof openLayout>>['collectGarbage']>,
  onWarning: (message: string) => void,
): Promise<void> {
  try {
    const collection = await run();
    if (collection.kind === 'postponed') {
      onWarning(`blobs that nothing needs were left: ${collection.builds} other builds write to this layout`);
    }
  } catch (error) {
    if (!(error instanceof LayerstreamError) || error.code === 'ABORTED') throw error;
    onWarning(`blobs that nothing needs were left: ${error.message}`);
  }
}
