import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { missingPrograms } from './debian-packages.js';

/** Tests run from the compiled tree; the scripts stay where they are written. */
const SCRIPTS = new URL('../../../test/support/', import.meta.url);

const { CI } = process.env;

/** The interpreter itself; what is first in PATH may be a script that takes long to find it. Empty if there is none. */
const PYTHON =
  spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout?.trim() ?? '';

/** Options of a test that compares with Python. On CI a missing Python is a failure, not a reason to skip. */
export const needsPython = {
  skip: PYTHON !== '' || CI === 'true' ? false : missingPrograms(['python3']),
} as const;

/**
 * Asks a script of this folder; question and answer are JSON. Byte strings travel as text, a unit for each byte. `T`
 * is what the script is known to answer with.
 */
export function askPython<T>(script: string, question: unknown): T {
  const { status, stdout, stderr, error } = spawnSync(PYTHON || 'python3', [fileURLToPath(new URL(script, SCRIPTS))], {
    input: JSON.stringify(question),
    env: { ...process.env, PYTHONUTF8: '1' },
    maxBuffer: 1024 * 1024 * 1024,
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
  const answer: T = JSON.parse(stdout);
  return answer;
}
