/** The demo's image: the packages of this project, Node.js, and a small program that both versions of the image differ in. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Conf, parseConf } from '../../src/index.js';
import { ChrootStore } from '../chroot-store.js';
import { makeConf } from '../confs.js';
import { addNodeRuntime, type NodeRuntime } from './node-runtime.js';
import { installedPackages } from './packages.js';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

/** Compiled code lies elsewhere. */
const HELLO = join(PROJECT, 'bench', 'demo', 'hello');

/** Layers for store paths, that of the program apart. The last one gets all that are left, as nixpkgs does it. */
const MAX_LAYERS = 40;

export const IMAGE_NAME = 'layerstream-demo';

/** Nothing runs the program. */
export interface NoRuntime {
  readonly reason: string;
}

export class DemoStore {
  /** Store paths, that of the program apart. */
  readonly #paths: string[] = [];
  readonly #customisation: string;
  readonly #store: ChrootStore;
  readonly runtime: NodeRuntime | NoRuntime;

  private constructor(store: ChrootStore) {
    this.#store = store;
    this.runtime = addRuntime(store);
    if ('paths' in this.runtime) this.#paths.push(...this.runtime.paths);
    this.#customisation = store.addCustomisation({ name: './etc/layerstream-demo', text: 'Made by layerstream.\n' });
  }

  /** Makes the store in a directory that is not there yet. */
  static async make(directory: string): Promise<DemoStore> {
    const store = new DemoStore(new ChrootStore(directory));
    for (const { name, path } of installedPackages(join(PROJECT, 'node_modules'))) {
      store.#paths.push(store.#store.add(name, path));
      // Signals are handled between two packages.
      await setImmediate();
    }
    return store;
  }

  get root(): string {
    return this.#store.root;
  }

  /** How many store paths an image has. */
  get size(): number {
    return this.#paths.length + 1;
  }

  /** The image with this version of the program, which is its last store path. */
  image(version: string): Conf {
    const hello = this.#store.create(`hello-${version}`, (directory) => {
      copyFileSync(join(HELLO, 'hello.cjs'), join(directory, 'hello.cjs'));
      const manifest: object = JSON.parse(readFileSync(join(HELLO, 'package.json'), 'utf8'));
      writeFileSync(join(directory, 'package.json'), `${JSON.stringify({ ...manifest, version })}\n`);
    });
    const single = this.#paths.slice(0, MAX_LAYERS - 1).map((path) => [path]);
    const rest = this.#paths.slice(MAX_LAYERS - 1);
    const text = makeConf({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      repoTag: `${IMAGE_NAME}:latest`,
      layers: [...single, rest, [hello]].filter((layer) => layer.length > 0),
      customisation: this.#customisation,
      config: 'command' in this.runtime ? { Cmd: [...this.runtime.command, join(hello, 'hello.cjs')] } : {},
    });
    return parseConf(text).conf;
  }
}

function addRuntime(store: ChrootStore): NodeRuntime | NoRuntime {
  try {
    return addNodeRuntime(store);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
