/** Images of several platforms under one name, in clients that pick one of them; and images of others beside them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tempDir } from '../support/temp-dir.js';
import { CONTAINERD_TOOLS, Containerd } from './containerd.js';
import { type Image, Images } from './images.js';
import { layerstream } from './layerstream.js';
import { type Command, run } from './run.js';
import { needs } from './tools.js';

const OURS = process.arch === 'x64' ? 'amd64' : process.arch;
const OTHER = OURS === 'arm64' ? 'amd64' : 'arm64';
const SKOPEO: Command = ['skopeo', '--insecure-policy'];

describe(
  'images for two platforms under one name',
  needs('skopeo', 'umoci', 'podman', ...CONTAINERD_TOOLS, 'setpriv', 'nix-store', 'tar', 'busybox', 'bash'),
  () => {
    const dir = tempDir({ after });
    const images = new Images(dir);
    const layout = join(dir, 'layout');
    const archive = join(dir, 'layout.tar');
    let built: Readonly<Record<string, Image>> = {};
    let [ours, other] = ['', ''];

    const oci = (...args: string[]): Command =>
      layerstream('oci', ...args, '--store-root', images.store.root, '--progress', 'off');

    before(async () => {
      await images.fill();
      // Other owners make other layers, so that it shows which were unpacked.
      built = {
        [OURS]: await images.current('ours', { architecture: OURS, repo_tag: 'multi:1', uid: '1' }),
        [OTHER]: await images.current('other', { architecture: OTHER, repo_tag: 'multi:1', uid: '2' }),
      };
      [ours, other] = [built[OURS]?.imageId ?? '', built[OTHER]?.imageId ?? ''];
      assert.notEqual(ours, other);
      const confs = Object.values(built).map(({ conf }) => conf);
      await run(oci(...confs, layout));
      await run(oci(...confs, '-o', archive));
    });

    for (const [args, expected] of [
      [[], () => ours],
      [['--override-arch', OTHER], () => other],
    ] as const) {
      it(`skopeo copies the image ${args.length === 0 ? 'for this machine' : 'that is asked for'}`, async () => {
        const to = join(dir, `copied-${args.length}`);
        await run([...SKOPEO, ...args, 'copy', '--quiet', `oci:${layout}:1`, `dir:${to}`]);
        assert.equal(JSON.parse(readFileSync(join(to, 'manifest.json'), 'utf8')).config.digest, expected());
      });

      it(`podman pulls the image ${args.length === 0 ? 'for this machine' : 'that is asked for'}`, async () => {
        const places = ['--root', join(dir, `podman-${args.length}`), '--runroot', join(dir, 'podman-run')];
        // It makes a name of the path, where it takes no capitals.
        const podman = (...rest: string[]): Command => [
          'env',
          '-C',
          dir,
          'podman',
          ...places,
          '--storage-driver',
          'vfs',
          ...rest,
        ];

        const arch = args.length === 0 ? [] : ['--arch', OTHER];
        const { stdout } = await run(podman('pull', '--quiet', ...arch, 'oci:layout:1'));
        assert.equal(`sha256:${stdout.trim()}`, expected());
      });

      it(`containerd unpacks the image ${args.length === 0 ? 'for this machine' : 'that is asked for'}`, async () => {
        const daemon = new Containerd();
        try {
          await daemon.start();
          const platform = args.length === 0 ? [] : ['--platform', `linux/${OTHER}`];
          await run(daemon.ctr('images', 'import', '--snapshotter', 'native', ...platform, archive));
          const { stdout } = await run(daemon.ctr('snapshots', '--snapshotter', 'native', 'ls'));
          // The lowest snapshot is named by the first layer's diffID.
          const [wanted, unwanted] = args.length === 0 ? [OURS, OTHER] : [OTHER, OURS];
          assert.ok(stdout.includes(built[wanted]?.diffIds[0] ?? '?'), stdout);
          assert.ok(!stdout.includes(built[unwanted]?.diffIds[0] ?? ''), stdout);
        } finally {
          await daemon.stop();
        }
      });
    }

    it('are copied together by skopeo', async () => {
      const to = join(dir, 'copied-all');
      await run([...SKOPEO, 'copy', '--quiet', '--all', `oci:${layout}:1`, `dir:${to}`]);
      const { manifests } = JSON.parse(readFileSync(join(to, 'manifest.json'), 'utf8'));
      const architectures = manifests.map(
        ({ platform }: { platform: { architecture: string } }) => platform.architecture,
      );
      assert.deepEqual(architectures, ['amd64', 'arm64']);
    });

    it('verify', async () => {
      for (const path of [layout, archive]) {
        const { stdout } = await run(layerstream('verify', path));
        for (const image of [ours, other]) assert.match(stdout, new RegExp(`^image ID  ${image}$`, 'm'));
      }
    });

    it('stay beside what others have tagged, also when one is built again and garbage is collected', async () => {
      const alone = join(dir, 'alone');
      const [conf, changed] = [
        built[OURS]?.conf ?? '',
        await images.current('changed', { repo_tag: 'multi:1', uid: '3' }),
      ];
      await run(oci(conf, alone));
      await run(['umoci', 'tag', '--image', `${alone}:1`, 'theirs']);
      await run(['umoci', 'config', '--image', `${alone}:1`, '--tag', 'configured', '--config.user', 'somebody']);
      const { stderr: warnings } = await run(oci(built[OTHER]?.conf ?? '', alone));
      for (const name of ['theirs', 'configured']) {
        const lost = 'is still in the layout, but lost the name docker\\.io/library/multi:1 to this image';
        assert.match(warnings, new RegExp(`warning: ${name} ${lost}`));
      }
      const { stderr } = await run(oci(changed.conf, alone, '--gc'));
      assert.equal(stderr, '');
      const configOf = async (tag: string, arch = OURS): Promise<string> => {
        const to = join(dir, `alone-${tag}-${arch}`);
        await run([...SKOPEO, '--override-arch', arch, 'copy', '--quiet', `oci:${alone}:${tag}`, `dir:${to}`]);
        return JSON.parse(readFileSync(join(to, 'manifest.json'), 'utf8')).config.digest;
      };
      assert.equal(await configOf('theirs'), ours);
      assert.notEqual(await configOf('configured'), ours);
      assert.equal(await configOf('1'), changed.imageId);
      assert.equal(await configOf('1', OTHER), other);
    });
  },
);
