/** What verifies, of what other tools write. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { writeArchive } from '../../src/api/functions.js';
import { makeImage } from '../support/images.js';
import { tempDir } from '../support/temp-dir.js';
import { NEEDS_ZSTD } from '../support/zstd.js';
import { layerstream } from './layerstream.js';
import { type Command, run } from './run.js';
import { needs } from './tools.js';

const SKOPEO: Command = ['skopeo', '--insecure-policy', 'copy', '--quiet'];
const HELD = /\nOK: all digests, sizes and documents match\n$/;
const LAYOUT = /^.+: OCI image layout\n\n(\S+) {2}linux\/amd64 {2}4 layers/;

describe('verify', needs('skopeo', 'umoci', 'podman', 'tar', 'gzip', 'zstd'), () => {
  const dir = tempDir({ after });
  const archive = join(dir, 'image.tar');
  const layout = (name: string): string => join(dir, name);

  before(async () => {
    // Large enough for several chunks of a compressor's output, and not all alike.
    const image = makeImage(join(dir, 'root'), [1000, 3_000_000, 0]);
    const noise = Buffer.from(Array.from({ length: 900_000 }, (_, i) => (i * i * 2654435761) >>> 13));
    writeFileSync(join(image.store, 'layer-2'), noise);
    await writeArchive(image.conf, archive, { storeRoot: image.storeRoot });
  });

  const copy = (...args: string[]): Promise<unknown> => run([...SKOPEO, ...args]);
  const assertHolds = async (path: string, name = 'x'): Promise<void> => {
    const { stdout, stderr } = await run(layerstream('verify', path));
    assert.match(stdout, HELD);
    assert.equal(LAYOUT.exec(stdout)?.[1], name, stdout);
    assert.equal(stderr, '');
  };

  it('a layout by skopeo, with gzipped layers', async () => {
    await copy(`docker-archive:${archive}`, `oci:${layout('gzip')}:x`);
    await assertHolds(layout('gzip'));
  });

  it('a layout by skopeo, with manifests of Docker', async () => {
    await copy('--format', 'v2s2', `docker-archive:${archive}`, `oci:${layout('v2s2')}:x`);
    await assertHolds(layout('v2s2'));
  });

  it('an oci-archive by skopeo, plain, gzipped and from standard input', async () => {
    await copy(`docker-archive:${archive}`, `oci-archive:${layout('oci.tar')}:x`);
    await assertHolds(layout('oci.tar'));
    await run(['gzip', '--keep', layout('oci.tar')]);
    await assertHolds(layout('oci.tar.gz'));
  });

  it('an oci-archive that is compressed with zstd', NEEDS_ZSTD, async () => {
    await copy(`docker-archive:${archive}`, `oci-archive:${layout('zstd.tar')}:x`);
    await run(['zstd', '--quiet', layout('zstd.tar')]);
    await assertHolds(layout('zstd.tar.zst'));
  });

  it('a layout by skopeo, with layers that are compressed with zstd', NEEDS_ZSTD, async () => {
    await copy(
      '--dest-compress',
      '--dest-compress-format',
      'zstd',
      `docker-archive:${archive}`,
      `oci:${layout('zstd')}:x`,
    );
    await assertHolds(layout('zstd'));
  });

  it('a layout that umoci made, tagged and changed; its leftovers are noted', async () => {
    const path = layout('umoci');
    await copy(`docker-archive:${archive}`, `oci:${path}:x`);
    await run(['umoci', 'tag', '--image', `${path}:x`, 'y']);
    await run(['umoci', 'config', '--image', `${path}:x`, '--config.cmd', 'true']);
    await run(['umoci', 'new', '--image', `${path}:empty`]);
    await run(['umoci', 'remove', '--image', `${path}:y`]);
    const { stdout, stderr } = await run(layerstream('verify', path));
    assert.match(stdout, HELD);
    assert.match(stdout, /^x {2}linux\/amd64 {2}4 layers/m);
    assert.match(stdout, /^empty {2}linux\/amd64 {2}0 layers/m);
    // The manifest and the config of what was `y`.
    assert.equal(stderr.match(/: note: blobs\/sha256\/[\da-f]{64} is reached by nothing\n/g)?.length, 2, stderr);
  });

  it('a layout and an oci-archive by podman', async () => {
    const places = ['--root', join(dir, 'podman'), '--runroot', join(dir, 'podman-run')];
    const podman: Command = ['podman', ...places, '--storage-driver', 'vfs'];
    await run([...podman, 'load', '--quiet', '-i', archive]);
    await run([...podman, 'save', '--quiet', '--format', 'oci-archive', '-o', layout('podman.tar'), 'app:1']);
    await assertHolds(layout('podman.tar'), 'localhost/app:1');
    await run([...podman, 'save', '--quiet', '--format', 'oci-dir', '-o', layout('podman'), 'app:1']);
    await assertHolds(layout('podman'), 'localhost/app:1');
  });

  it('a docker-archive by skopeo from a layout', async () => {
    await copy(`docker-archive:${archive}`, `oci:${layout('there')}:x`);
    await copy(`oci:${layout('there')}:x`, `docker-archive:${layout('back.tar')}:app:1`);
    const { stdout } = await run(layerstream('verify', layout('back.tar')));
    assert.match(stdout, /^.+: docker-archive\n/);
    assert.match(stdout, HELD);
  });

  it('but no byte of a layout may change', async () => {
    const path = layout('changed');
    await copy(`docker-archive:${archive}`, `oci:${path}:x`);
    const blobs = join(path, 'blobs', 'sha256');
    assert.ok(existsSync(blobs));
    for (const name of readdirSync(blobs)) {
      const bytes = readFileSync(join(blobs, name));
      const at = Math.floor(bytes.length / 2);
      writeFileSync(join(blobs, name), Buffer.from(bytes).fill((bytes[at] ?? 0) ^ 1, at, at + 1));
      await assert.rejects(run(layerstream('verify', path)), {
        code: 1,
        stderr: new RegExp(`blobs/sha256/${name} has`),
      });
      writeFileSync(join(blobs, name), bytes);
    }
    await assertHolds(path);
  });
});
