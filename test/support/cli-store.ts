/** A store of a few paths in a temporary directory, and a conf for them. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

/** Names below a store path, and what the files hold. */
export type Tree = Readonly<Record<string, string | Uint8Array>>;

export type ConfFields = Readonly<Record<string, unknown>>;

export const APP = '/nix/store/1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-app';
export const LIB = '/nix/store/2bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb-lib';
export const CUSTOM = '/nix/store/3ccccccccccccccccccccccccccccccc-custom';

const FIRST_KIND: ConfFields = {
  architecture: 'amd64',
  config: { Env: ['PATH=/bin'], Cmd: ['/bin/app'] },
  created: '1970-01-01T00:00:01+00:00',
  customisation_layer: CUSTOM,
  repo_tag: 'app:1',
  store_layers: [[LIB], [APP]],
};

const CURRENT_KIND: ConfFields = {
  ...FIRST_KIND,
  from_image: null,
  gid: '0',
  gname: 'root',
  mtime: '1970-01-01T00:00:01+00:00',
  store_dir: '/nix/store',
  uid: '0',
  uname: 'root',
};

export class TestStore {
  /** For everything; removed after the test. */
  readonly directory = mkdtempSync(join(tmpdir(), 'cli-test-'));
  /** For `--store-root`. */
  readonly root = join(this.directory, 'root');
  /** For what the program writes, and nothing else. */
  readonly outputs = join(this.directory, 'outputs');

  constructor(t: TestContext) {
    t.after(() => rmSync(this.directory, { recursive: true, force: true }));
    mkdirSync(this.outputs);
    this.tree(LIB, { 'lib/libc.so': 'library\n' });
    this.tree(APP, { 'bin/app': '#!/bin/sh\n', 'share/doc': 'text\n' });
    this.tree(CUSTOM, { 'etc/hosts': '127.0.0.1 localhost\n' });
  }

  /** Where a path of the store lies. */
  at(path: string): string {
    return join(this.root, path);
  }

  output(name = 'image.tar'): string {
    return join(this.outputs, name);
  }

  /** The files that the program left. */
  get left(): string[] {
    return readdirSync(this.outputs).sort();
  }

  tree(path: string, files: Tree): void {
    mkdirSync(this.at(path), { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.at(path), name)), { recursive: true });
      writeFileSync(join(this.at(path), name), content);
    }
  }

  file(name: string, content: string | Uint8Array): string {
    const path = join(this.directory, name);
    writeFileSync(path, content);
    return path;
  }

  /** Writes a conf of the first script's kind; undefined takes a field away. */
  conf(fields: ConfFields = {}): string {
    return this.file('conf.json', JSON.stringify({ ...FIRST_KIND, ...fields }));
  }

  /** Writes a conf of current nixpkgs' kind. */
  currentConf(fields: ConfFields = {}): string {
    return this.file('conf.json', JSON.stringify({ ...CURRENT_KIND, ...fields }));
  }

  /** Makes the customisation layer one of current nixpkgs' kind. */
  readyLayer(files: { readonly tar?: Uint8Array; readonly checksum?: string } = {}): void {
    const tar = files.tar ?? Buffer.alloc(10_240);
    const checksum = files.checksum ?? createHash('sha256').update(tar).digest('hex');
    this.tree(CUSTOM, { 'layer.tar': tar, checksum: `${checksum}\n` });
  }
}

/** Arguments that build the test's conf, in silence. */
export function buildArgs(store: TestStore, ...more: readonly string[]): string[] {
  return [store.conf(), '--store-root', store.root, '--progress', 'off', ...more];
}
