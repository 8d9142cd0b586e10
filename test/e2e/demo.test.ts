/** The image that `npm run demo` makes, in the clients that it names. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tempDir } from '../support/temp-dir.js';
import { Daemon } from './daemon.js';
import { dockerd } from './dockerd.js';
import { type Command, run } from './run.js';
import { needs } from './tools.js';

const DEMO = fileURLToPath(new URL('../../bench/demo/main.js', import.meta.url));

const GREETING = `Hello 1.1 from Node.js ${process.version}. `;

describe('the image of the demo', needs('docker', 'dockerd', 'setpriv', 'podman'), () => {
  const dir = tempDir({ after });
  const image = join(dir, 'demo-image.tar');

  before(() => {
    execFileSync(process.execPath, [DEMO], { cwd: dir });
  });

  it('runs in docker', async () => {
    const daemon = new Daemon();
    const host = `unix://${join(daemon.directory, 'socket')}`;
    const docker = (...args: string[]): Command => ['docker', '--host', host, ...args];
    try {
      await daemon.start(dockerd(daemon.directory, { host }), docker('version'));
      await run(docker('load', '--quiet', '--input', image));
      const { stdout } = await run(docker('run', '--rm', '--network', 'none', 'layerstream-demo'));
      assert.ok(stdout.startsWith(GREETING), stdout);
    } finally {
      await daemon.stop();
    }
  });

  it('runs in podman', async () => {
    const places = ['--root', join(dir, 'podman'), '--runroot', join(dir, 'podman-run')];
    const podman = (...args: string[]): Command => ['podman', ...places, ...args];
    // It raises limits otherwise, which not every root may do.
    const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];
    await run(podman('load', '--quiet', '--input', image));
    const { stdout } = await run(podman('run', '--rm', '--network', 'none', ...limits, 'layerstream-demo'));
    assert.ok(stdout.startsWith(GREETING), stdout);
  });
});
