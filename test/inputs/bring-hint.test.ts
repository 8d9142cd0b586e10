import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bringHint } from '../../src/inputs/bring-hint.js';

const HERE = { storeDir: '/nix/store', storeRoot: '' };

test('the command names each store path once, and no paths within it', () => {
  assert.match(bringHint(['/nix/store/a/b', '/nix/store/a'], HERE) ?? '', /`nix-store --realise \/nix\/store\/a`/);
  assert.match(
    bringHint(['/nix/store/a', '/nix/store/b'], HERE) ?? '',
    /^Bring them here .* \/nix\/store\/a \/nix\/store\/b`/,
  );
});

test('a root is the one of the command; without one it may be what is missing', () => {
  assert.match(bringHint(['/nix/store/a'], HERE) ?? '', /--store-root/);
  assert.equal(
    bringHint(['/nix/store/a'], { ...HERE, storeRoot: '/mnt' }),
    'Bring it here with `nix-store --store /mnt --realise /nix/store/a`.',
  );
});

test('nothing brings what is not of the store', () => {
  assert.equal(bringHint(['/etc/base.tar', 'base.tar'], HERE), undefined);
  assert.equal(bringHint([], HERE), undefined);
});
