/** Runs a table of inputs that the program must refuse. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runCli } from './cli-run.js';
import { TestStore } from './cli-store.js';

export interface BadInput {
  readonly name: string;
  /** Makes the input; gives the arguments. */
  readonly args: (store: TestStore) => readonly string[] | Promise<readonly string[]>;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** 2, for wrong usage or input, by default. */
  readonly status?: 1 | 2;
  /** The stable code; undefined where the arguments themselves are refused. */
  readonly code?: string;
  /** The whole message before the code, with `DIR` for the test's directory. */
  readonly message: string;
  readonly hint?: string;
}

/** The arguments that build a conf of the test's store. */
export function build(store: TestStore, conf: string, ...more: readonly string[]): string[] {
  return [conf, '--store-root', store.root, ...more];
}

export function testBadInputs(title: string, rows: readonly BadInput[]): void {
  describe(title, { concurrency: 2 }, () => {
    for (const row of rows) {
      it(row.name, async (t) => {
        const store = new TestStore(t);
        const args = await row.args(store);
        const named = args.includes('-o') || ['oci', 'describe', 'verify'].includes(args[0] ?? '');
        await refuse(store, row, named ? args : [...args, '-o', store.output()]);
        // What fails late has begun to write.
        if (row.status === 1 && !named) await refuse(store, row, args);
      });
    }
  });
}

async function refuse(store: TestStore, row: BadInput, args: readonly string[]): Promise<void> {
  const outcome = await runCli(args, { cwd: store.outputs, input: row.input, env: row.env });
  const printed = outcome.stderr.replaceAll(store.directory, 'DIR');
  const code = row.code === undefined ? '' : ` [${row.code}]`;
  assert(printed.includes(`layerstream: ${row.message}${code}\n`), `it printed:\n${printed}`);
  if (row.hint !== undefined) assert(printed.includes(`  ${row.hint}\n`), `it printed:\n${printed}`);
  assert.doesNotMatch(printed, /^ +at .+:\d+/m, 'a stack trace');
  assert(!printed.includes('INTERNAL'), `it printed:\n${printed}`);
  assert.equal(outcome.status, row.status ?? 2, printed);
  assert(!outcome.stdout.includes('manifest.json'), 'standard output looks like a whole archive');
  assert.deepEqual(store.left, [], 'files that were left');
}
