/** Programs of the system that some tests cannot do without. */
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';

/**
 * Whether a test may go on: where a tool does not do what it is needed for, the test is skipped with that reason, but
 * not where everything is expected to be there.
 */
export function requireTool(t: TestContext, command: readonly [string, ...string[]], why: string): boolean {
  const [program, ...args] = command;
  if (spawnSync(program, args, { stdio: 'ignore' }).status === 0) return true;
  const reason = `${program} does not work here, and is needed ${why}`;
  const { CI } = process.env;
  if (CI === 'true') throw new Error(reason);
  t.skip(reason);
  return false;
}
