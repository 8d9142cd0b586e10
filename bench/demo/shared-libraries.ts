/** What a program of this machine needs to run where nothing else is. */
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';

export interface SharedLibrary {
  /** As programs ask for it. */
  readonly name: string;
  readonly path: string;
}

export interface SharedLibraries {
  /** The program that loads the others; undefined for a program that needs none. */
  readonly loader: SharedLibrary | undefined;
  readonly libraries: readonly SharedLibrary[];
}

/** `ld-linux-x86-64.so.2`, `ld-musl-aarch64.so.1`, `ld64.so.2`, … */
const LOADER = /^ld(64)?(-[^/]+)?\.so(\.\d+)?$/;

/** `libc.so.6 => /lib/libc.so.6 (0x00007f0cb9a1e000)`; without an arrow if the name is the path. */
const LINE = /^\s*(?:(?<name>\S+) => )?(?<path>\/\S.*?)(?: \(0x[\da-f]+\))?$/;

/** Asks `ldd`. @throws {Error} that says in a few words why it cannot be known */
export function sharedLibrariesOf(program: string): SharedLibraries {
  const { stdout, stderr, error, status } = spawnSync('ldd', [program], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (error !== undefined) throw new Error('there is no ldd here to find the libraries that it needs');
  if (/not a dynamic executable|statically linked/i.test(stdout + stderr)) return { loader: undefined, libraries: [] };
  if (status !== 0) throw new Error(`ldd failed: ${stderr.trim()}`);
  return parseLdd(stdout);
}

/** @throws {Error} for a library that is not there, or no loader */
export function parseLdd(text: string): SharedLibraries {
  const missing = /(\S+) => not found/.exec(text);
  if (missing !== null) throw new Error(`ldd does not find ${missing[1]}`);
  const found = text.split('\n').flatMap((line): SharedLibrary[] => {
    const { name, path } = LINE.exec(line)?.groups ?? {};
    return path === undefined ? [] : [{ name: basename(name ?? path), path }];
  });
  const loader = found.find(({ name }) => LOADER.test(name));
  if (loader === undefined) throw new Error('ldd names no program that loads them');
  return { loader, libraries: found.filter((library) => library !== loader) };
}
