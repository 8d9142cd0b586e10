/** A pipe that is read when the test says so. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import type { TestStore } from './cli-store.js';

export class TestPipe {
  /** For a program's standard output. To be closed as soon as the program has it. */
  readonly writing: number;
  readonly #reading: number;
  #isOpen = true;

  constructor(t: TestContext, store: TestStore) {
    const path = join(store.directory, 'pipe');
    execFileSync('mkfifo', [path]);
    // The reading end first, without waiting for a writer.
    this.#reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.writing = openSync(path, 'w');
    t.after(() => {
      if (this.#isOpen) closeSync(this.#reading);
    });
  }

  /** Leaves the program as the only writer. */
  given(): this {
    closeSync(this.writing);
    return this;
  }

  /** Reads on to the end. */
  drain(): Promise<Buffer> {
    this.#isOpen = false;
    return buffer(new Socket({ fd: this.#reading, writable: false }));
  }

  /** Goes away without reading on. */
  close(): void {
    this.#isOpen = false;
    closeSync(this.#reading);
  }
}
