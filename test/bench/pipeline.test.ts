import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { BenchError } from '../../bench/errors.js';
import { quote, runPipeline } from '../../bench/pipeline.js';
import { tempDir } from '../support/temp-dir.js';

/** Takes memory, makes a file to say so, and some CPU time until another is there: `[READY, ENOUGH]`. */
const BUSY = `
  const { existsSync, writeFileSync } = require('node:fs');
  const [ready, enough] = process.argv.slice(1);
  const memory = Buffer.alloc(64e6, 1);
  writeFileSync(ready, '');
  while (!existsSync(enough));
  console.log(memory.length);`;

test('words are quoted for the shell', () => {
  for (const word of ['plain/path-1.0', 'two words', "it's", '$HOME `x` "y" \\', '']) {
    assert.equal(execFileSync('bash', ['-c', `printf %s ${quote(word)}`], { encoding: 'utf8' }), word);
  }
});

test('times and memory are those of the command, through a pipe too', async (t) => {
  for (const sink of ['null', 'pipe'] as const) {
    const folder = tempDir(t);
    const [ready, enough] = [join(folder, 'ready'), join(folder, 'enough')];
    const command = [process.execPath, '-e', BUSY, ready, enough].map(quote).join(' ');
    let look = (): void => {};
    const interval = t.mock.method(globalThis, 'setInterval', (action: () => void) => {
      look = action;
    });
    const running = runPipeline({ name: 'busy', command, sink });
    while (!existsSync(ready)) await setImmediate();
    const begin = performance.now();
    // The shell has already printed its process id; some turns of the event loop later it is read.
    for (let turn = 0; turn < 10; turn++) {
      await setImmediate();
      look();
    }
    const held = performance.now() - begin;
    writeFileSync(enough, '');
    const { seconds, cpuSeconds, peakMemory } = await running;
    interval.mock.restore();
    assert.ok(seconds >= Math.floor(held) / 1000);
    assert.ok(cpuSeconds > 0);
    assert.ok((peakMemory ?? 0) > 64e6);
  }
});

test('the sink on tmpfs gets the bytes', async (t) => {
  const tmpfsFile = join(tempDir(t), 'a file');
  await runPipeline({ name: 'echo', command: 'echo bytes', sink: 'tmpfs', tmpfsFile });
  assert.equal(readFileSync(tmpfsFile, 'utf8'), 'bytes\n');
});

test('a command that fails is reported with its last lines', async () => {
  const command = 'for i in 1 2 3 4 5 6 7; do echo "line $i" >&2; done; exit 3';
  for (const sink of ['null', 'pipe'] as const) {
    await assert.rejects(runPipeline({ name: 'the peer', command: `bash -c ${quote(command)}`, sink }), (error) => {
      assert.ok(error instanceof BenchError);
      assert.match(error.message, /^the peer failed with status 3\n {2}line 3\n.*line 7$/s);
      return true;
    });
  }
});
