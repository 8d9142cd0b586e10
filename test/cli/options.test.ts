/** Options, and other ways to say the same. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type RunOptions, runCli } from '../support/cli-run.js';
import { TestStore } from '../support/cli-store.js';

async function outputOf(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await runCli(args, options);
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout.toString();
}

async function archive(args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
  const { status, stdout, stderr } = await runCli(args, options);
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout;
}

describe('help', { concurrency: 2 }, () => {
  it('lists every command', async () => {
    const help = await outputOf(['--help']);
    for (const word of ['stream', 'verify', 'Exit status:', 'Examples:']) assert(help.includes(word), help);
    assert.equal(await outputOf(['-h']), help);
    assert.equal(await outputOf(['help']), help);
  });

  it('lists the options of a command', async () => {
    const help = await outputOf(['stream', '--help']);
    const options = [
      '--output',
      '--repo-tag',
      '--workers',
      '--store-root',
      '--progress',
      '--verify',
      '--trace',
      '--report',
    ];
    for (const option of options) {
      assert(help.includes(option), help);
    }
    assert.equal(await outputOf(['help', 'stream']), help);
    assert.match(await outputOf(['verify', '--help']), /Usage: layerstream verify/);
  });

  it('has examples for every command', async () => {
    const commands = ['stream', 'oci', 'describe', 'verify', 'cache', 'cache stats', 'cache prune', 'cache clear'];
    for (const command of commands) {
      const words = command.split(' ');
      const help = await outputOf([...words, '--help']);
      assert.ok(help.slice(help.indexOf('Examples:')).includes(`$ layerstream ${command} `), command);
    }
  });

  it('prints the version of the package', async () => {
    const about: { version: string } = JSON.parse(
      readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
    );
    for (const args of [['--version'], ['-V'], ['stream', '--version'], ['verify', '-V']]) {
      assert.equal(await outputOf(args), `${about.version}\n`);
    }
  });
});

describe('a build', { concurrency: 2 }, () => {
  it('gives the same bytes, however its options are spelled', async (t) => {
    const store = new TestStore(t);
    const conf = store.conf();
    const root = ['--store-root', store.root, '--progress', 'off'];
    const expected = await archive([conf, ...root]);
    const others: [string[], RunOptions?][] = [
      [['stream', conf, ...root]],
      [[...root, '--', conf]],
      [[conf, ...root, '--store-root', `${store.root}/`]],
      [['conf.json', ...root, '--store-root', 'root'], { cwd: store.directory }],
      [['-', ...root], { input: readFileSync(conf) }],
      [[conf, ...root, '--workers', '1']],
      [[conf, ...root, '--verify', '--workers', '3']],
      [[conf, ...root, '-t', 'app:1']],
    ];
    for (const [args, options] of others) {
      assert((await archive(args, options)).equals(expected), `other bytes from ${args.join(' ')}`);
    }
  });

  it('takes a tag in place of that of the conf', async (t) => {
    const store = new TestStore(t);
    for (const option of ['-t', '--repo-tag', '--repo_tag']) {
      const bytes = await archive([
        store.conf(),
        '--store-root',
        store.root,
        '--progress',
        'off',
        option,
        'other.example/app:2',
      ]);
      assert(bytes.includes('"other.example/app:2"'));
      assert(!bytes.includes('"app:1"'));
    }
  });

  it('warns about unknown keys', async (t) => {
    const store = new TestStore(t);
    const conf = store.conf({ repo_tags: ['app:2'] });
    const { status, stderr } = await runCli([conf, '--store-root', store.root, '-o', store.output()]);
    assert(stderr.startsWith(`layerstream: warning: ${conf}: unknown key "repo_tags"\n`), stderr);
    assert.equal(status, 0);
  });
});
