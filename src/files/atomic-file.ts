import { close, fchmodSync, fchownSync, fsync, openSync, type Stats } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { systemCode } from '../ground/errors.js';
import { DescriptorOutput } from './descriptor-output.js';
import { syncDirectory } from './directories.js';
import { type Output, outputError } from './output.js';
import { discardFile } from './remove.js';
import { temporaryPath } from './temporary.js';

const closeAsync = promisify(close);
const fsyncAsync = promisify(fsync);

/** Leaves an owner as it is (chown(2)). */
const KEPT = -1;

/** A file written under a name of its own next to the final one, which it gets when it is complete. */
export class AtomicFile implements Output {
  readonly stagingParent: string;
  readonly #fd: number;
  readonly #file: DescriptorOutput;
  readonly #temporary: string;
  readonly #path: string;
  readonly #name: string;
  #isFlushed = false;

  /**
   * Creates the file before it returns: no signal can come before there is an output that can be aborted. It gets the
   * mode and the owner of the file that it replaces while it is still empty. `name` is for messages.
   *
   * @throws The system's error.
   */
  constructor(path: string, { name, replaced }: { readonly name: string; readonly replaced?: Stats }) {
    this.stagingParent = dirname(path);
    this.#temporary = temporaryPath(this.stagingParent);
    this.#path = path;
    this.#name = name;
    this.#fd = openSync(this.#temporary, 'wx', replaced === undefined ? 0o666 : 0o600);
    this.#file = new DescriptorOutput(this.#fd, { name, close: () => closeAsync(this.#fd) });
    try {
      if (replaced !== undefined) takeAccess(this.#fd, replaced);
    } catch (error) {
      this.abort();
      throw error;
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#file.write(bytes);
  }

  async flush(): Promise<void> {
    try {
      await fsyncAsync(this.#fd);
      this.#isFlushed = true;
    } catch (error) {
      throw outputError(this.#name, error);
    }
  }

  async commit(): Promise<void> {
    try {
      if (!this.#isFlushed) await this.flush();
      await rename(this.#temporary, this.#path);
      await this.#file.commit();
      syncDirectory(dirname(this.#path));
    } catch (error) {
      this.abort();
      throw outputError(this.#name, error);
    }
  }

  abort(): void {
    discardFile(this.#temporary);
    this.#file.abort();
  }
}

/**
 * Gives a new file the mode of another, and its owner and group where this process may. No bits beyond those of access
 * are taken: they are for programs.
 */
function takeAccess(fd: number, { uid, gid, mode }: Stats): void {
  const isPermitted = permit(() => fchownSync(fd, uid, gid)) || permit(() => fchownSync(fd, KEPT, gid));
  // Members of a group that is not the old one may do what everybody may.
  const access = isPermitted ? mode & 0o777 : (mode & 0o707) | ((mode & 0o007) << 3);
  // A file system that has no modes refuses; then none of its files is kept from anybody by its mode.
  permit(() => fchmodSync(fd, access));
}

/** Whether the system permits an action. */
function permit(action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EPERM' || code === 'EACCES' || code === 'EINVAL' || code === 'ENOTSUP') return false;
    throw error;
  }
}
