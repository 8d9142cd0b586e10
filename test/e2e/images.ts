import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, layerstream } from './layerstream.js';
import { NixStore } from './nix-store.js';
import { type Command, run } from './run.js';
import { writeBusybox, writeCustomisation, writeVaried } from './trees.js';

/** An image that the program built, and what the program reports of it. */
export interface Image {
  readonly tag: string;
  /** Streams it again. */
  readonly stream: Command;
  readonly conf: string;
  readonly storeRoot: string;
  readonly archive: string;
  readonly imageId: string;
  readonly diffIds: readonly string[];
}

/** Times and owner that a conf of the current kind sets; none of them is what a file system would say. */
export const OWNER = { mtime: 981_173_106, uid: 1000, gid: 100 } as const;

/** The modification time that Nix gives all files of a store. */
const NIX_TIME = 1;

/** The machine's own, as images name it; containerd imports no other. */
const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;

const CREATED = '2001-02-03T04:05:06+00:00';

/** A real Nix store, with what images are made of, and confs of both kinds. */
export class Images {
  readonly store: NixStore;
  readonly #dir: string;
  #paths: StorePaths | undefined;

  /** Works in a directory that is there, and empty. */
  constructor(dir: string) {
    this.#dir = dir;
    this.store = new NixStore(join(dir, 'store'));
  }

  get paths(): StorePaths {
    if (this.#paths === undefined) throw new Error('fill() comes first');
    return this.#paths;
  }

  /** The path of the tree that became the current kind's `layer.tar`. */
  get customisationSource(): string {
    return join(this.#dir, 'customisation');
  }

  /** Puts all into the store. */
  async fill(): Promise<void> {
    const add = (name: string, write: (path: string) => void): Promise<string> => {
      const path = join(this.#dir, name);
      mkdirSync(path);
      write(path);
      return this.store.add(path);
    };
    const varied = await add('varied', writeVaried);
    const busybox = await add('busybox', writeBusybox);
    const customisation = await add('customisation', (path) => writeCustomisation(path, busybox));
    const packed = await packCustomisation(this.customisationSource, join(this.#dir, 'packed'));
    const single = join(this.#dir, 'single-file');
    writeFileSync(single, 'a store path that is a file\n');
    this.#paths = {
      varied,
      busybox,
      customisation,
      packedCustomisation: await this.store.add(packed),
      single: await this.store.add(single),
    };
    await this.store.optimise();
  }

  /** Builds the image of the current kind of conf; `fields` are put into it. */
  current(name: string, fields: object = {}): Promise<Image> {
    const { mtime: _, ...owner } = OWNER;
    return this.#build(name, {
      ...this.#shared(name),
      customisation_layer: this.paths.packedCustomisation,
      store_dir: '/nix/store',
      from_image: null,
      mtime: CREATED,
      uid: String(owner.uid),
      gid: String(owner.gid),
      uname: 'somebody',
      gname: 'users',
      ...fields,
    });
  }

  /** Builds the image of the first kind of conf. */
  first(name: string, options: readonly string[] = []): Promise<Image> {
    return this.#build(name, { ...this.#shared(name), customisation_layer: this.paths.customisation }, options);
  }

  /** Builds an image whose layers are named by position. */
  singlePass(name: string): Promise<Image> {
    return this.first(name, ['--single-pass']);
  }

  #shared(name: string): object {
    const { busybox, varied, single } = this.paths;
    return {
      architecture: ARCHITECTURE,
      os: 'linux',
      config: { Cmd: [`${busybox}/bin/sh`], Env: ['PATH=/bin', `NAME=${name}`] },
      repo_tag: `${name}:e2e`,
      created: CREATED,
      store_layers: [[busybox], [varied, single], [varied]],
    };
  }

  async #build(name: string, fields: object, options: readonly string[] = []): Promise<Image> {
    const conf = join(this.#dir, `${name}.json`);
    const archive = join(this.#dir, `${name}.tar`);
    writeFileSync(conf, JSON.stringify(fields));
    const stream = layerstream('stream', conf, '--store-root', this.store.root, '--progress', 'off', ...options);
    const { imageId, layers, names } = await build(archive, stream);
    const storeRoot = this.store.root;
    return {
      tag: names[0] ?? '',
      stream,
      conf,
      storeRoot,
      archive,
      imageId,
      diffIds: layers.map(({ diffId }) => diffId),
    };
  }
}

export interface StorePaths {
  readonly varied: string;
  readonly busybox: string;
  readonly single: string;
  /** A tree, for a conf of the first kind. */
  readonly customisation: string;
  /** The same tree as `layer.tar` and `checksum`, for a conf of the current kind. */
  readonly packedCustomisation: string;
}

/** Packs a tree as nixpkgs' `mkCustomisationLayer` does. */
async function packCustomisation(tree: string, into: string): Promise<string> {
  mkdirSync(into);
  const tar = join(into, 'layer.tar');
  const owner = ['--owner=0', '--group=0', '--numeric-owner', `--mtime=@${NIX_TIME}`];
  await run(['tar', '-C', tree, '--sort=name', '--hard-dereference', ...owner, '-cf', tar, '.']);
  writeFileSync(join(into, 'checksum'), createHash('sha256').update(readFileSync(tar)).digest('hex'));
  return into;
}
