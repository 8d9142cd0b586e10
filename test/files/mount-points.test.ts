import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isMountPoint } from '../../src/files/mount-points.js';
import { requireTool } from '../support/cli-tools.js';
import { withTempDir } from '../support/temp-dir.js';

test('a list of mounts names its places, with octal numbers for what would break a line', () =>
  withTempDir((directory) => {
    mkdirSync(join(directory, 'proc/self'), { recursive: true });
    const lines = [
      '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
      '40 22 8:1 /home/me/image.tar /out/image.tar rw,relatime - ext4 /dev/sda1 rw',
      '41 22 8:1 /x /out/a\\040b\\134c.tar rw,relatime master:1 - ext4 /dev/sda1 rw',
    ];
    writeFileSync(join(directory, 'proc/self/mountinfo'), `${lines.join('\n')}\n`);
    assert.equal(isMountPoint('/out/image.tar', directory), true);
    assert.equal(isMountPoint('/out/a b\\c.tar', directory), true);
    assert.equal(isMountPoint('/home/me/image.tar', directory), false);
    assert.equal(isMountPoint('/out', directory), false);
  }));

test('without such a list, only another file system is seen', () =>
  withTempDir((directory) => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    assert.equal(isMountPoint(file, directory), false);
    assert.equal(isMountPoint('/proc', directory), true);
    assert.throws(() => isMountPoint(join(directory, 'missing'), directory), { code: 'ENOENT' });
  }));

test('a file that is mounted on another is seen', (t) =>
  withTempDir((directory) => {
    const at = realpathSync(directory);
    for (const name of ['a', 'b']) writeFileSync(join(at, name), '');
    const mount = ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0/a" "$0/b"; exec "$@"', at] as const;
    if (!requireTool(t, [...mount, 'true'], 'to mount a file')) return;
    const program = `
      import { isMountPoint } from ${JSON.stringify(new URL('../../src/files/mount-points.js', import.meta.url).href)};
      console.log(...['a', 'b'].map((name) => isMountPoint(${JSON.stringify(at)} + '/' + name)));`;
    const [command, ...args] = [...mount, process.execPath, '--input-type=module', '-e', program];
    assert.equal(execFileSync(command, args, { encoding: 'utf8' }), 'false true\n');
  }));
