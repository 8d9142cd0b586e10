/** Decompressors of other programs, as commands that read standard input. */
import { spawnSync } from 'node:child_process';
import zlib from 'node:zlib';
import type { CodecSetting } from '../../src/compression/setting.js';

type Command = readonly [string, ...string[]];

export interface Decoder {
  readonly name: string;
  readonly kind: CodecSetting['kind'];
  /** Succeeds where the decoder is installed. */
  readonly probe: Command;
  readonly command: Command;
}

const PYTHON = 'import gzip, sys; sys.stdout.buffer.write(gzip.decompress(sys.stdin.buffer.read()))';

export const DECODERS: readonly Decoder[] = [
  { name: 'gzip', kind: 'gzip', probe: ['gzip', '--version'], command: ['gzip', '-dc'] },
  { name: 'pigz', kind: 'gzip', probe: ['pigz', '--version'], command: ['pigz', '-dc'] },
  { name: 'Python', kind: 'gzip', probe: ['python3', '--version'], command: ['python3', '-c', PYTHON] },
  { name: 'zstd', kind: 'zstd', probe: ['zstd', '--version'], command: ['zstd', '-dc'] },
];

/** The output of a program for these bytes; it must succeed, and print no error. */
export function decodeWith([program, ...args]: Command, bytes: Uint8Array): Buffer {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input: bytes, maxBuffer: 2 ** 30 });
  if (error !== undefined) throw error;
  if (status !== 0 || stderr.length > 0) throw new Error(`${program} failed: ${stderr}`);
  return stdout;
}

/** What Node.js makes of the bytes. */
export function decode(kind: CodecSetting['kind'], bytes: Uint8Array): Buffer {
  if (kind === 'gzip') return zlib.gunzipSync(bytes);
  // The types are those of a Node.js without zstd; callers have checked that this one has it.
  const { zstdDecompressSync } = zlib as typeof zlib & { zstdDecompressSync(bytes: Uint8Array): Buffer };
  return zstdDecompressSync(bytes);
}
