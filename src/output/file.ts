import { randomBytes } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { type FileHandle, open, realpath, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../errors.js';
import { DescriptorOutput } from './descriptor.js';
import { type Output, outputError, writeFully } from './output.js';

/**
 * Opens a file to write. A regular file appears whole or not at all; what is none (a device, a fifo) is written to
 * directly, since renaming onto it would replace it.
 *
 * @throws {LayerstreamError} `WRITE_FAILED`
 */
export async function openFileOutput(path: string): Promise<Output> {
  try {
    const target = await resolveLink(path);
    const isSpecial = await stat(target).then((found) => !found.isFile(), ignoreMissing);
    if (!isSpecial) return await AtomicFile.create(target, path);
    const file = await open(target, 'w');
    return new DescriptorOutput(file.fd, { name: path, close: () => file.close() });
  } catch (error) {
    throw outputError(path, error);
  }
}

/** A file written under a name of its own beside the final one, which it gets when it is complete. */
class AtomicFile implements Output {
  readonly #file: FileHandle;
  readonly #temporary: string;
  readonly #path: string;
  readonly #name: string;

  static async create(path: string, name: string): Promise<AtomicFile> {
    const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
    return new AtomicFile(await open(temporary, 'wx'), { temporary, path, name });
  }

  private constructor(file: FileHandle, paths: { temporary: string; path: string; name: string }) {
    this.#file = file;
    this.#temporary = paths.temporary;
    this.#path = paths.path;
    this.#name = paths.name;
  }

  write(bytes: Uint8Array): Promise<void> {
    return writeFully(this.#file.fd, bytes, this.#name);
  }

  async commit(): Promise<void> {
    try {
      await this.#file.sync();
      await rename(this.#temporary, this.#path);
      await this.#file.close();
      await syncDirectory(dirname(this.#path));
    } catch (error) {
      this.discard();
      throw outputError(this.#name, error);
    }
  }

  discard(): void {
    try {
      unlinkSync(this.#temporary);
    } catch {
      // Renamed or removed already: nothing is left to remove. The first failure must not be hidden.
    }
    this.#file.close().catch(() => {});
  }
}

/** Makes the new name itself safe. Some file systems cannot sync a directory; the file's bytes are safe all the same. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } catch (error) {
    if (systemCode(error) !== 'EINVAL') throw error;
  } finally {
    await directory.close();
  }
}

/** A link stays a link: the file it points to is written. */
async function resolveLink(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return path;
    throw error;
  }
}

function ignoreMissing(error: unknown): false {
  if (systemCode(error) === 'ENOENT') return false;
  throw error;
}
