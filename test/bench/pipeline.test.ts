import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BenchError } from '../../bench/errors.js';
import { quote, runPipeline } from '../../bench/pipeline.js';
import { tempDir } from '../support/temp-dir.js';

/** Takes some CPU time and memory, for so long that it is seen alive on a machine with other things to do too. */
const BUSY = `${quote(process.execPath)} -e 'const a = Buffer.alloc(64e6, 1); for (const end = performance.now() + 1000; performance.now() < end;); console.log(a.length)'`;

test('words are quoted for the shell', () => {
  for (const word of ['plain/path-1.0', 'two words', "it's", '$HOME `x` "y" \\', '']) {
    assert.equal(execFileSync('bash', ['-c', `printf %s ${quote(word)}`], { encoding: 'utf8' }), word);
  }
});

test('times and memory are those of the command, through a pipe too', async () => {
  for (const sink of ['null', 'pipe'] as const) {
    const { seconds, cpuSeconds, peakMemory } = await runPipeline({ name: 'busy', command: BUSY, sink });
    assert.ok(seconds >= 1);
    assert.ok(cpuSeconds > 0);
    assert.ok((peakMemory ?? 0) > 64e6);
  }
});

test('the sink on tmpfs gets the bytes', async (t) => {
  const tmpfsFile = join(tempDir(t), 'a file');
  await runPipeline({ name: 'echo', command: 'echo bytes', sink: 'tmpfs', tmpfsFile });
  assert.equal(readFileSync(tmpfsFile, 'utf8'), 'bytes\n');
});

test('a command that fails is told with the last it said', async () => {
  const command = 'for i in 1 2 3 4 5 6 7; do echo "line $i" >&2; done; exit 3';
  for (const sink of ['null', 'pipe'] as const) {
    await assert.rejects(runPipeline({ name: 'the peer', command: `bash -c ${quote(command)}`, sink }), (error) => {
      assert.ok(error instanceof BenchError);
      assert.match(error.message, /^the peer failed with status 3\n {2}line 3\n.*line 7$/s);
      return true;
    });
  }
});
