/**
 * Trees to put into a store.
 */
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LONG_NAME = 'n'.repeat(120);

/** One of each that a store can hold. */
export function writeVaried(root: string): void {
  const nested = join(root, 'share', 'd'.repeat(60), 'e'.repeat(60));
  for (const directory of [join(root, 'bin'), join(root, 'empty'), nested]) mkdirSync(directory, { recursive: true });
  writeFileSync(join(root, 'bin', 'tool'), '#!/bin/sh\necho tool\n', { mode: 0o755 });
  writeFileSync(join(root, 'no-bytes'), '');
  writeFileSync(join(root, 'many-bytes'), Buffer.alloc(300_001, 'layerstream '));
  for (const name of ['equal-1', 'equal-2']) writeFileSync(join(root, name), 'the same bytes in two files\n');
  for (const name of [LONG_NAME, 'naïve', '文件', '🎉 with space', 'Ünïcödé'.repeat(12), 'quote\'"\\', 'new\nline']) {
    writeFileSync(join(nested, name), `this is ${name}\n`);
  }
  writeFileSync(Buffer.concat([Buffer.from(`${root}/latin-1-`), Buffer.from([0xe9])]), 'a name that is not UTF-8\n');
  symlinkSync('bin/tool', join(root, 'relative'));
  symlinkSync('../nowhere', join(root, 'dangling'));
  symlinkSync('/etc/passwd', join(root, 'absolute'));
  symlinkSync('empty', join(root, 'to-directory'));
  symlinkSync(join('share', LONG_NAME, 'ü'), join(root, 'long-and-unicode'));
}

/** A shell that needs nothing else. */
export function writeBusybox(root: string): void {
  mkdirSync(join(root, 'bin'), { recursive: true });
  copyFileSync('/bin/busybox', join(root, 'bin', 'busybox'));
  symlinkSync('busybox', join(root, 'bin', 'sh'));
}

/** What is at the root of an image: `contents` of an image in nixpkgs. */
export function writeCustomisation(root: string, busybox: string): void {
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc', 'passwd'), 'root:x:0:0::/root:/bin/sh\n');
  symlinkSync(join(busybox, 'bin'), join(root, 'bin'));
  mkdirSync(join(root, 'tmp'));
  chmodSync(join(root, 'tmp'), 0o1777);
}
