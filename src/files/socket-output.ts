import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { type Output, outputError } from './output.js';

const NOTHING = new Uint8Array(0);

/** Writes to a socket through Node's event loop. */
export class SocketOutput implements Output {
  readonly stagingParent = tmpdir();
  readonly #socket: Socket;
  readonly #name: string;
  #failure: Error | undefined;

  /** `name` is for messages. */
  constructor(socket: Socket, name: string) {
    this.#socket = socket;
    this.#name = name;
    socket.on('error', (error) => {
      this.#failure ??= error;
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#call((done) => this.#socket.write(bytes, done));
  }

  async flush(): Promise<void> {}

  async commit(): Promise<void> {
    // The kernel takes the last bytes, and the end, also after the reader went away. Only one more write reports it.
    await this.write(NOTHING);
    await this.#call((done) => this.#socket.end(done));
  }

  abort(): void {
    this.#socket.destroy();
  }

  /** Once a socket has failed, its calls report only that it is destroyed: so the first failure is reported. */
  async #call(call: (done: (error?: Error | null) => void) => void): Promise<void> {
    const error = this.#failure ?? (await new Promise<Error | null | undefined>(call));
    if (error) throw outputError(this.#name, this.#failure ?? error);
  }
}
