import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs an action with a new directory, which is removed afterwards whatever was done to it. */
export async function withTempDir<T>(action: (directory: string) => T | Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'layerstream-test-'));
  try {
    return await action(directory);
  } finally {
    makeRemovable(Buffer.from(directory));
    rmSync(directory, { recursive: true });
  }
}

/** Read-only directories keep what they hold. */
function makeRemovable(directory: Buffer): void {
  chmodSync(directory, 0o700);
  for (const name of readdirSync(directory, { encoding: 'buffer' })) {
    const path = Buffer.concat([directory, Buffer.from('/'), name]);
    if (lstatSync(path).isDirectory()) makeRemovable(path);
  }
}
