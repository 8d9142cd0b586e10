/** Files of synthetic closures: the same bytes on every machine. */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const BLOCK = 1024 * 1024;

/** How far the window of bytes moves from file to file: odd, so that neighbours differ. */
const STEP = 4099;

const block = makeBlock();

/** Writes files of given sizes into directories. Each has other content than the one before. */
export class FileWriter {
  #count = 0;

  /** Writes a file with a new name. */
  write(directory: string, size: number): void {
    const start = (this.#count * STEP) % BLOCK;
    const path = join(directory, `file-${this.#count++}`);
    if (start + size <= BLOCK) writeFileSync(path, block.subarray(start, start + size), { mode: 0o444 });
    else writeLarge(path, size, start);
  }

  writeMany(directory: string, { count, size }: { count: number; size: number }): void {
    for (let i = 0; i < count; i++) this.write(directory, size);
  }

  /** Like a package: half of the bytes in one file, three eighths in files of 64 kB, one eighth in files of 5 kB. */
  writeMixed(directory: string, size: number): void {
    this.write(directory, Math.ceil(size / 2));
    this.writeMany(directory, { count: Math.round((size * 3) / 8 / 64_000), size: 64_000 });
    this.writeMany(directory, { count: Math.round(size / 8 / 5_000), size: 5_000 });
  }
}

function writeLarge(path: string, size: number, start: number): void {
  const fd = openSync(path, 'wx', 0o444);
  try {
    for (let done = 0; done < size; ) {
      const from = (start + done) % BLOCK;
      done += writeSync(fd, block, from, Math.min(BLOCK - from, size - done));
    }
  } finally {
    closeSync(fd);
  }
}

/** Marsaglia's xorshift, with 32 bits. */
function makeBlock(): Buffer {
  const words = new Uint32Array(BLOCK / 4);
  let state = 0x9e3779b9;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return Buffer.from(words.buffer);
}
