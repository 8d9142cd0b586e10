/** The running Node.js as store paths, with the libraries of this machine that it needs. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ChrootStore } from '../chroot-store.js';
import { sharedLibrariesOf } from './shared-libraries.js';

export interface NodeRuntime {
  readonly paths: readonly string[];
  /** What starts Node.js in an image that holds the paths. */
  readonly command: readonly string[];
}

/** @throws {Error} that says in a few words why this Node.js cannot run in an image */
export function addNodeRuntime(store: ChrootStore): NodeRuntime {
  if (process.platform !== 'linux') throw new Error('it is not a program for Linux');
  const { loader, libraries } = sharedLibrariesOf(process.execPath);
  const version = process.version.slice(1);
  const node = store.create(`nodejs-${version}`, (directory) => {
    mkdirSync(join(directory, 'bin'));
    copyFileSync(process.execPath, join(directory, 'bin', 'node'));
  });
  const program = join(node, 'bin', 'node');
  const runtime = loader === undefined ? { paths: [node], command: [program] } : withLibraries();
  assertRuns(runtime.command.map((word) => (word.startsWith('/') ? store.root + word : word)));
  return runtime;

  function withLibraries(): NodeRuntime {
    const files = loader === undefined ? libraries : [loader, ...libraries];
    const place = store.create(`nodejs-libraries-${version}`, (directory) => {
      mkdirSync(join(directory, 'lib'));
      for (const { name, path } of files) copyFileSync(path, join(directory, 'lib', name));
    });
    const lib = join(place, 'lib');
    // The loader's path is fixed in the program, and no image has it there.
    return { paths: [place, node], command: [join(lib, loader?.name ?? ''), '--library-path', lib, program] };
  }
}

/** Runs the copy as an image will. */
function assertRuns([program = '', ...args]: readonly string[]): void {
  const { stdout, stderr, error } = spawnSync(program, [...args, '--print', 'process.version'], {
    encoding: 'utf8',
    env: {},
  });
  if (stdout?.trim() !== process.version) throw new Error(`its copy does not run: ${error?.message ?? stderr.trim()}`);
}
