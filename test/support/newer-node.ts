import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/** A Node.js newer than the oldest supported one, if it is installed. */
export const NEWER_NODE = fileURLToPath(
  new URL(`../../../test/newer-node/node_modules/node-linux-${process.arch}/bin/node`, import.meta.url),
);

/** What installs it. */
export const INSTALL_NEWER_NODE = 'npm ci --prefix test/newer-node';

/** Its major version; undefined if it is not installed. */
export function newerMajor(): number | undefined {
  if (!existsSync(NEWER_NODE)) return undefined;
  const { stdout } = spawnSync(NEWER_NODE, ['--version'], { encoding: 'utf8' });
  return Number.parseInt(stdout.slice(1), 10);
}

/** Whether a test that needs it can run; if not, the test is skipped with that reason, but fails on CI. */
export function requireNewerNode(t: TestContext): boolean {
  if (existsSync(NEWER_NODE)) return true;
  const reason = `needs a newer Node.js: ${INSTALL_NEWER_NODE}`;
  const { CI } = process.env;
  if (CI === 'true') throw new Error(reason);
  t.skip(reason);
  return false;
}
