import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Daemon } from './daemon.js';
import type { Command } from './run.js';

/** Programs that it takes. */
export const CONTAINERD_TOOLS = ['containerd', 'ctr'] as const;

/** A containerd apart from any other, and without what needs a network (containerd-config.toml(5)). */
export class Containerd {
  readonly #daemon = new Daemon();

  ctr(...args: string[]): Command {
    return ['ctr', '--address', join(this.#daemon.directory, 'socket'), ...args];
  }

  async start(): Promise<void> {
    const { directory } = this.#daemon;
    const config = join(directory, 'config.toml');
    const lines = [
      'version = 2',
      `root = "${directory}/root"`,
      `state = "${directory}/state"`,
      'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
      '[grpc]',
      `address = "${directory}/socket"`,
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    await this.#daemon.start(['containerd', '--config', config], this.ctr('version'));
  }

  async stop(): Promise<void> {
    await this.#daemon.stop();
  }
}
