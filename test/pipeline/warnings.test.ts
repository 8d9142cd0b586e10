/** What a build warns of before it writes. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BuildEvent } from '../../src/events/events.js';
import { buildDockerArchive, describeImage, writeLayout } from '../../src/index.js';
import { Collected } from '../support/collected.js';
import { makeImage, makeImageOnBase, type TestImage } from '../support/images.js';
import { withTempDir } from '../support/temp-dir.js';

/** What warnings and bytes come, in order. */
type Seen = string[];

const VERBS = {
  stream: ({ conf, storeRoot }: TestImage, onEvent: (event: BuildEvent) => void, seen: Seen) =>
    buildDockerArchive(conf, collect(seen), { storeRoot, onEvent }),
  'single pass': ({ conf, storeRoot }: TestImage, onEvent: (event: BuildEvent) => void, seen: Seen) =>
    buildDockerArchive(conf, collect(seen), { storeRoot, onEvent, singlePass: true }),
  layout: ({ conf, storeRoot }: TestImage, onEvent: (event: BuildEvent) => void) =>
    writeLayout(conf, join(storeRoot, 'layout'), { storeRoot, onEvent }),
  describe: ({ conf, storeRoot }: TestImage, onEvent: (event: BuildEvent) => void) =>
    describeImage(conf, { storeRoot, onEvent }),
} as const;

for (const [verb, run] of Object.entries(VERBS)) {
  const seenOf = async (image: TestImage): Promise<Seen> => {
    const seen: Seen = [];
    const onEvent = (event: BuildEvent): void => {
      if (event.type === 'warning') seen.push(event.message);
      if (event.type === 'layer-written' || event.type === 'layer-stored') seen.push('bytes');
    };
    await run(image, onEvent, seen);
    return seen;
  };

  test(`whiteouts are one warning for each layer, before its bytes: ${verb}`, () =>
    withTempDir(async (root) => {
      const image = makeImage(root, [10, 10, 10]);
      for (const [layer, count] of [
        [0, 1],
        [1, 5],
      ] as const) {
        const path = join(image.store, `layer-${layer}`);
        rmSync(path);
        mkdirSync(path);
        for (let i = 0; i < count; i++) writeFileSync(join(path, `.wh.${i}`), '');
      }
      const message = (layer: number, names: string): string =>
        `names that begin with .wh. in layer ${layer}: ${names}. Docker and other runtimes take such a file for the ` +
        'mark that another is deleted: a container has neither the file, nor the one that it marks in a lower layer';
      const seen = await seenOf(image);
      const second = [0, 1, 2].map((i) => `/nix/store/layer-1/.wh.${i}`).join(', ');
      assert.deepEqual(seen.filter((what) => what !== 'bytes').sort(), [
        message(1, '/nix/store/layer-0/.wh.0'),
        message(2, `${second} and 2 more`),
      ]);
      if (verb !== 'stream') assert.notEqual(seen[0], 'bytes');
    }));

  test(`what is odd about the inputs is one warning each, before all bytes: ${verb}`, () =>
    withTempDir(async (root) => {
      const sizes = Array.from({ length: 125 }, () => 1);
      const image = await makeImageOnBase(root, { base: Buffer.alloc(1024), form: 'tar', sizes });
      const seen = await seenOf({ ...image, conf: { ...image.conf, architecture: 'riscv64' } });
      assert.match(
        seen[0] ?? '',
        /^base image .* is for linux\/amd64, but the conf makes the image one for linux\/riscv/,
      );
      assert.match(seen[1] ?? '', /^the image has 127 layers, 1 of them from the base image; Docker refuses/);
      assert.ok(seen.slice(2).every((what) => what === 'bytes'));
    }));
}

/** Notes the first bytes of the archive. */
function collect(seen: Seen): Collected {
  const collected = new Collected();
  const write = collected.write.bind(collected);
  collected.write = async (bytes) => {
    if (collected.bytes.length === 0) seen.push('bytes');
    await write(bytes);
  };
  return collected;
}
