/** What the program does where no command is named. */
import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { runCli } from '../support/cli-run.js';
import { TestStore } from '../support/cli-store.js';

describe('without a command', { concurrency: 2 }, () => {
  it('and without anything else, help goes to standard error: no reader of an archive gets it', async () => {
    const [nothing, help] = await Promise.all([runCli([]), runCli(['--help'])]);
    assert.equal(nothing.status, 2);
    assert.equal(nothing.stdout.toString(), '');
    assert.equal(nothing.stderr, help.stdout.toString());
    assert.match(nothing.stderr, /^Usage: layerstream[\s\S]+Examples:/);
  });

  it('a conf is streamed, whatever its name is like, and options may come first', async (t) => {
    const store = new TestStore(t);
    const conf = store.conf();
    for (const name of ['describ', 'conf', 'oci.json']) symlinkSync(conf, store.output(name));
    symlinkSync(conf, store.output('describe'));
    const options = ['--store-root', store.root, '--progress', 'off'];
    const runs = [
      ['describ', ...options],
      ['./describ', ...options],
      ['conf', ...options],
      ['oci.json', ...options],
      ['./describe', ...options],
      [...options, 'conf'],
      ['stream', 'describe', ...options],
    ];
    for (const args of runs) {
      const { status, stdout, stderr } = await runCli(args, { cwd: store.outputs });
      assert.equal(stderr, '', args.join(' '));
      assert.equal(status, 0);
      assert.ok(stdout.includes('manifest.json'));
    }
  });

  it('a link that leads to nothing is a conf, which is missing', async (t) => {
    const store = new TestStore(t);
    symlinkSync('/nix/store/none', store.output('result'));
    const { status, stderr } = await runCli(['result'], { cwd: store.outputs });
    assert.equal(status, 2);
    assert.match(stderr, /^layerstream: conf result leads to \/nix\/store\/none, which does not exist/);
  });

  it("--help after a conf is the default command's", async (t) => {
    const store = new TestStore(t);
    writeFileSync(store.output('conf'), '');
    const { stdout } = await runCli(['conf', '--help'], { cwd: store.outputs });
    assert.match(stdout.toString(), /^Usage: layerstream stream /);
  });
});
