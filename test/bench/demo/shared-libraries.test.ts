import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLdd } from '../../../bench/demo/shared-libraries.js';

test('glibc: the loader is named by its path alone', () => {
  const text = `\tlinux-vdso.so.1 (0x00007f0cb9f6c000)
\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f0cb9e76000)
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f0cb9a1e000)
\t/lib64/ld-linux-x86-64.so.2 (0x00007f0cb9f6e000)
`;
  assert.deepEqual(parseLdd(text), {
    loader: { name: 'ld-linux-x86-64.so.2', path: '/lib64/ld-linux-x86-64.so.2' },
    libraries: [
      { name: 'libm.so.6', path: '/lib/x86_64-linux-gnu/libm.so.6' },
      { name: 'libc.so.6', path: '/lib/x86_64-linux-gnu/libc.so.6' },
    ],
  });
});

test('musl: the loader is the C library too', () => {
  const text = `\t/lib/ld-musl-x86_64.so.1 (0x7f9a4c5e0000)
\tlibstdc++.so.6 => /usr/lib/libstdc++.so.6 (0x7f9a4c200000)
\tlibc.musl-x86_64.so.1 => /lib/ld-musl-x86_64.so.1 (0x7f9a4c5e0000)
`;
  assert.deepEqual(parseLdd(text), {
    loader: { name: 'ld-musl-x86_64.so.1', path: '/lib/ld-musl-x86_64.so.1' },
    libraries: [
      { name: 'libstdc++.so.6', path: '/usr/lib/libstdc++.so.6' },
      { name: 'libc.musl-x86_64.so.1', path: '/lib/ld-musl-x86_64.so.1' },
    ],
  });
});

test('NixOS: the loader is elsewhere than programs say', () => {
  const text = `\tlibc.so.6 => /nix/store/abc-glibc/lib/libc.so.6 (0x00007f0cb9a1e000)
\t/lib64/ld-linux-x86-64.so.2 => /nix/store/abc-glibc/lib64/ld-linux-x86-64.so.2 (0x00007f0cb9f6e000)
`;
  const path = '/nix/store/abc-glibc/lib64/ld-linux-x86-64.so.2';
  assert.deepEqual(parseLdd(text).loader, { name: 'ld-linux-x86-64.so.2', path });
});

test('a library that is missing is named', () => {
  assert.throws(() => parseLdd('\tlibnode.so.115 => not found\n'), { message: 'ldd does not find libnode.so.115' });
});

test('a program without a loader is not taken for one that needs none', () => {
  assert.throws(() => parseLdd('anything\n'), /no program that loads/);
});
