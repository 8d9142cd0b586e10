import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fresh directory, removed after the test or suite with all its read-only trees. */
export function tempDir(t: { after(fn: () => void): void }): string {
  const path = makeTempDir();
  t.after(() => removeTree(path));
  return path;
}

/** A fresh directory, for who removes it: `removeTree`. */
export function makeTempDir(): string {
  return mkdtempSync(join(tmpdir(), 'layerstream-test-'));
}

export function removeTree(path: string): void {
  makeWritable(path);
  rmSync(path, { recursive: true, force: true });
}

/** Only root may remove what lies in a read-only directory. */
function makeWritable(directory: string): void {
  if (!lstatSync(directory).isDirectory()) return;
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) makeWritable(join(directory, entry.name));
  }
}
