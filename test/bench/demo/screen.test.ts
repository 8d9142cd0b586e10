import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatNextSteps, formatStore } from '../../../bench/demo/screen.js';

test('an image that runs is loaded and run', () => {
  const runtime = { paths: ['/nix/store/a-node'], command: ['/nix/store/a-node/bin/node'] };
  assert.match(formatStore({ size: 3, runtime }), /^3 store paths .* and of Node\.js v\d/);
  assert.equal(
    formatNextSteps({ runtime }, 'image.tar'),
    `To see it run:
  docker load < image.tar && docker run --rm layerstream-demo
  podman load < image.tar && podman run --rm layerstream-demo`,
  );
});

test('an image that cannot run says why, and is only loaded', () => {
  const runtime = { reason: 'there is no ldd here' };
  assert.equal(formatStore({ size: 3, runtime }), "3 store paths were made of this project's packages.");
  assert.equal(
    formatNextSteps({ runtime }, 'image.tar'),
    `The image has no command to run, since Node.js cannot be put into it: there is no ldd here. To load it:
  docker load < image.tar
  podman load < image.tar`,
  );
});
