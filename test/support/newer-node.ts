import { existsSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/** A Node.js that has what the oldest supported one lacks, if it is installed. */
export const NEWER_NODE = fileURLToPath(
  new URL(`../../../test/newer-node/node_modules/node-linux-${process.arch}/bin/node`, import.meta.url),
);

/** Whether a test may go on that needs it; where not, it is skipped with that reason, but on CI it fails. */
export function requireNewerNode(t: TestContext): boolean {
  if (existsSync(NEWER_NODE)) return true;
  const reason = 'needs a newer Node.js: npm ci --prefix test/newer-node';
  const { CI } = process.env;
  if (CI === 'true') throw new Error(reason);
  t.skip(reason);
  return false;
}
