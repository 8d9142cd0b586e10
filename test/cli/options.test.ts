/** Options, and other ways to say the same. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { usableCores } from '../../src/threads/cores.js';
import { verifyArchive } from '../../src/verify/verify.js';
import { readFinished } from '../support/cli-layouts.js';
import { type RunOptions, runCli } from '../support/cli-run.js';
import { buildArgs, TestStore } from '../support/cli-store.js';

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

async function namesOf(bytes: Uint8Array): Promise<readonly string[]> {
  const { images } = await verifyArchive(Readable.from([bytes]));
  return images.flatMap(({ names }) => names);
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
    const options = ['--output', '--tag', '--workers', '--store-root', '--progress', '--verify', '--trace', '--report'];
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

  it('takes far more workers than cores, with a warning', async (t) => {
    const cores = usableCores();
    const enough = 8 * cores;
    if (enough >= 1024) return t.skip(`there are ${cores} cores, and no more than 1024 workers`);
    const store = new TestStore(t);
    const expected = await archive(buildArgs(store, '--workers', String(enough)));
    const { status, stdout, stderr } = await runCli(buildArgs(store, '--workers', '1024'));
    assert.equal(status, 0, stderr);
    assert.match(
      stderr,
      /^layerstream: warning: --workers 1024 is far more than the \d+ cores? that this process may use: it takes more memory, and no less time\n$/,
    );
    assert.ok(stdout.equals(expected));
  });

  it('takes a tag in place of that of the conf', async (t) => {
    const store = new TestStore(t);
    for (const option of ['-t', '--tag', '--repo-tag', '--repo_tag']) {
      const bytes = await archive(buildArgs(store, option, 'other.example/app:2'));
      assert.deepEqual(await namesOf(bytes), ['other.example/app:2']);
    }
  });

  it('takes several tags, however the option is spelled', async (t) => {
    const store = new TestStore(t);
    const tags = ['-t', 'app', '--repo_tag', 'other.example/app:2', '--tag=app:3', '--repo-tag', 'app:latest'];
    const names = ['app:latest', 'other.example/app:2', 'app:3'];
    assert.deepEqual(await namesOf(await archive(buildArgs(store, ...tags))), names);
    const layout = store.output('layout');
    assert.deepEqual(await namesOf(await archive(buildArgs(store, ...tags, '--layout', layout))), names);
    assert.deepEqual(readFinished(layout).names, [
      'docker.io/library/app:latest',
      'other.example/app:2',
      'docker.io/library/app:3',
    ]);
  });

  it('keeps the name of its conf, and warns of one that clients refuse', async (t) => {
    const store = new TestStore(t);
    const conf = store.conf({ repo_tag: 'Bad Tag' });
    const { status, stdout, stderr } = await runCli([conf, '--store-root', store.root, '--progress', 'off']);
    const fault = `${conf}: repo_tag: "Bad Tag" is not a name with a tag, and Docker refuses it`;
    assert.equal(stderr, `layerstream: warning: ${fault}; name the image with --tag\n`);
    assert.equal(status, 0);
    assert.deepEqual(await namesOf(stdout), ['Bad Tag']);
  });

  it('warns about unknown keys', async (t) => {
    const store = new TestStore(t);
    const conf = store.conf({ repo_tags: ['app:2'] });
    const { status, stderr } = await runCli([conf, '--store-root', store.root, '-o', store.output()]);
    assert(stderr.startsWith(`layerstream: warning: ${conf}: unknown key "repo_tags"\n`), stderr);
    assert.equal(status, 0);
  });
});
