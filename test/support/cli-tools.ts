/** Programs of the system that some tests cannot do without. */
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { systemCode } from '../../src/ground/errors.js';
import { missingPrograms } from './debian-packages.js';

/**
 * Whether a test may go on: where a tool does not do what it is needed for, the test is skipped with that reason, but
 * not where everything is expected to be there.
 */
export function requireTool(t: TestContext, command: readonly [string, ...string[]], why: string): boolean {
  const [program, ...args] = command;
  const { status, error } = spawnSync(program, args, { stdio: 'ignore' });
  if (status === 0) return true;
  const isMissing = systemCode(error) === 'ENOENT';
  const reason = isMissing ? missingPrograms([program]) : `${program} does not work here, and is needed ${why}`;
  const { CI } = process.env;
  if (CI === 'true') throw new Error(reason);
  t.skip(reason);
  return false;
}
