import { closeFile, openRegularFile } from '../files/open.js';
import { readFully } from '../files/read.js';
import { statIfThere } from '../files/stat.js';
import { textToFsPath } from '../ground/bytestring.js';
import { systemReason } from '../ground/errors.js';
import { foundForm } from '../layer/found-form.js';
import type { Digest } from '../oci/digest.js';
import { formatPlatform, isSamePlatform, type Platform } from '../oci/platform.js';
import type { FileContent } from '../scan/spec.js';
import { detectCompression, MAGIC_LENGTH } from '../tar/compression.js';
import { openArchiveFiles } from './base/archive-files.js';
import type { BaseChoice, BaseContents } from './base/contents.js';
import { readDockerBase } from './base/docker.js';
import { FORMATS, unusable } from './base/errors.js';
import type { BaseFiles } from './base/files.js';
import { openLayoutFiles } from './base/layout-files.js';
import { readOciBase } from './base/oci.js';
import { type OpenBase, spool } from './base/spool.js';

/** An image to build upon, opened. */
export interface BaseImage {
  readonly layers: readonly BaseLayer[];
  /** `Env` of its run configuration. */
  readonly env: readonly string[];
  readonly warnings: readonly string[];
  close(): void;
}

export interface BaseLayer {
  /** Its name in the base image. */
  readonly name: string;
  /** What the base's config says that it is; to be checked when it is copied. */
  readonly diffId: Digest;
  readonly content: FileContent;
}

export interface BaseOptions extends BaseChoice {
  /** Where a file of a layout lies. */
  readonly locate: (name: string) => string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a base image, a docker-archive or an OCI image layout or an archive of one, and reads what it says of itself. A
 * compressed archive is decompressed into a nameless temporary file, since its layers may be wanted in another order
 * than theirs in the archive.
 *
 * @throws {LayerstreamError} `INPUT_INVALID` where it is none of these, not whole, or compressed in a way that is not
 *   read; `WRITE_FAILED`, `ABORTED`. Then nothing stays open.
 */
export async function openBaseImage(path: string, options: BaseOptions): Promise<BaseImage> {
  const isDirectory = isDirectoryAt(path);
  const files = isDirectory ? openLayoutFiles(path, options.locate) : await openArchive(path, options);
  try {
    const { layers, env, platform, warnings } = readContents(files, { isDirectory, choice: options });
    return {
      layers: layers.map(({ name, diffId, part }, i) => {
        const what = `layer ${i + 1} of ${layers.length} of base image ${path}`;
        return { name, diffId, content: { ...part, form: foundForm(part, what) } };
      }),
      env,
      warnings: [...warnings, ...otherPlatform(path, platform, options.platform)],
      close: () => files.close(),
    };
  } catch (error) {
    files.close();
    throw error;
  }
}

/** Of an archive that is both, the docker-archive counts: nixpkgs reads no other. */
function readContents(
  files: BaseFiles,
  { isDirectory, choice }: { readonly isDirectory: boolean; readonly choice: BaseChoice },
): BaseContents {
  const has = (name: string): boolean => files.find(name) !== undefined;
  if (!isDirectory && has('manifest.json')) return readDockerBase(files, choice);
  if (has('index.json')) return readOciBase(files, choice);
  if (isDirectory) {
    throw unusable(files.path, 'is a directory, but no OCI image layout: it has no index.json', { hint: FORMATS });
  }
  throw unusable(files.path, 'has neither manifest.json nor index.json', { hint: FORMATS });
}

async function openArchive(path: string, { signal }: BaseOptions): Promise<BaseFiles> {
  let file: OpenBase = { fd: openBase(path), path, signal };
  try {
    const start = Buffer.alloc(MAGIC_LENGTH);
    const length = readFully(file.fd, { target: start, at: 0, length: start.length, position: 0 });
    if (detectCompression(start.subarray(0, length)) !== 'none') file = { ...file, fd: await spool(file) };
    return await openArchiveFiles(file);
  } catch (error) {
    closeFile(file.fd);
    throw error;
  }
}

function openBase(path: string): number {
  let fd: number | undefined;
  try {
    fd = openRegularFile(textToFsPath(path), { links: 'follow' });
  } catch (error) {
    throw unusable(path, `cannot be read: ${systemReason(error)}`, { cause: error });
  }
  if (fd !== undefined) return fd;
  throw unusable(path, 'is neither a file nor a directory', { hint: FORMATS });
}

/** Opening it tells what else may be wrong with it. */
function isDirectoryAt(path: string): boolean {
  try {
    return statIfThere(textToFsPath(path))?.isDirectory() === true;
  } catch {
    return false;
  }
}

function otherPlatform(path: string, found: BaseContents['platform'], asked: Platform): string[] {
  const shown = formatPlatform(found);
  if (shown === undefined || isSamePlatform(asked, found)) return [];
  return [`base image ${path} is for ${shown}, but the conf makes the image one for ${formatPlatform(asked)}`];
}
