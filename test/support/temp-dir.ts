import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fresh directory, removed after the test or suite with all its read-only trees. */
export function tempDir(t: { after(fn: () => void): void }): string {
  const path = makeTempDir();
  t.after(() => removeTree(path));
  return path;
}

/** Runs an action with a new directory, which is removed afterwards even if parts of it are read-only. */
export async function withTempDir<T>(action: (directory: string) => T | Promise<T>): Promise<T> {
  const directory = makeTempDir();
  try {
    return await action(directory);
  } finally {
    removeTree(directory);
  }
}

/** A fresh directory, which the caller removes with `removeTree`. */
export function makeTempDir(): string {
  return mkdtempSync(join(tmpdir(), 'layerstream-test-'));
}

export function removeTree(path: string): void {
  makeRemovable(Buffer.from(path));
  rmSync(path, { recursive: true, force: true });
}

/** Read-only directories keep what they hold. Names are bytes. */
function makeRemovable(path: Buffer): void {
  if (!lstatSync(path).isDirectory()) return;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path, { encoding: 'buffer' })) {
    makeRemovable(Buffer.concat([path, Buffer.from('/'), name]));
  }
}
