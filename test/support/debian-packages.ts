/** Which Debian packages hold programs that tests need. */
import { readFileSync } from 'node:fs';

/** A line for each program: its name, and the package that holds it. `.ci/run` reads it too. */
const PACKAGES = new URL('../../../test/support/debian-packages.txt', import.meta.url);

/** Why a test is skipped that needs these programs, none of which is there. */
export function missingPrograms(programs: readonly string[]): string {
  const packages = new Map(
    readFileSync(PACKAGES, 'utf8')
      .trim()
      .split('\n')
      .map((line): [string, string] => {
        const [program = '', name = ''] = line.split(' ');
        return [program, name];
      }),
  );
  const wanted = new Set(programs.map((program) => packages.get(program) ?? program));
  return `needs ${programs.join(', ')}: apt-get install ${[...wanted].join(' ')}`;
}
