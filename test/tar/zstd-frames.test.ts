import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { ZstdFrames } from '../../src/tar/zstd-frames.js';
import { requireTool } from '../support/cli-tools.js';
import { blockHeader, skippableFrame, zstdFrame } from '../support/zstd.js';

const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const RUN = blockHeader({ isLast: true, type: 1, size: 1000 });

/** Whole frames, each with other fields. */
const FRAMES: readonly (readonly [name: string, frame: Buffer])[] = [
  ['of nothing', zstdFrame(Buffer.alloc(0))],
  ['of a few bytes', zstdFrame(Buffer.from('abc'))],
  ['of several blocks', zstdFrame(Buffer.alloc(300_000, 7))],
  ['of a run', Buffer.concat([MAGIC, Buffer.from([0x00, 0x38]), RUN, Buffer.from('x')])],
  ['with a checksum', Buffer.concat([MAGIC, Buffer.from([0x04, 0x38]), RUN, Buffer.from('x'), Buffer.alloc(4)])],
  ['of a single segment', Buffer.concat([MAGIC, Buffer.from([0x20, 0xff]), RUN, Buffer.from('x')])],
  ['with a size of 2 bytes', Buffer.concat([MAGIC, Buffer.from([0x40, 0x38, 1, 1]), RUN, Buffer.from('x')])],
  ['with a size of 8 bytes', Buffer.concat([MAGIC, Buffer.from([0xe0]), Buffer.alloc(8, 1), RUN, Buffer.from('x')])],
  ['with a dictionary', Buffer.concat([MAGIC, Buffer.from([0x03, 0x38]), Buffer.alloc(4, 1), RUN, Buffer.from('x')])],
  ['to be skipped', skippableFrame(Buffer.from('anything'))],
  ['to be skipped, of nothing', skippableFrame(Buffer.alloc(0))],
];

for (const [name, frame] of FRAMES) {
  test(`a frame ${name} ends where it ends, and not before`, () => {
    const frames = new ZstdFrames();
    for (let at = 0; at < frame.length - 1; at++) {
      assert.deepEqual([...frames.split(frame.subarray(at, at + 1))].length, 1);
      assert.equal(frames.isWhole, false);
    }
    assert.deepEqual([...frames.split(Buffer.concat([frame.subarray(-1), MAGIC]))], [frame.subarray(-1), MAGIC]);
    assert.equal(frames.isWhole, false);
  });
}

test('no piece goes past the end of a frame, however the bytes are cut', () => {
  const number = fc.nat(FRAMES.length - 1);
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 6 }), fc.array(fc.nat(2000)), (numbers, cuts) => {
      const chosen = numbers.map((i) => FRAMES[i]?.[1] ?? Buffer.alloc(0));
      const whole = Buffer.concat(chosen);
      const places = [0, ...cuts.map((cut) => cut % whole.length).sort((a, b) => a - b), whole.length];
      const frames = new ZstdFrames();
      const pieces = places.flatMap((place, i) => [...frames.split(whole.subarray(place, places[i + 1]))]);
      assert.ok(Buffer.concat(pieces).equals(whole));
      const ends = new Set(sums(pieces));
      for (const end of sums(chosen)) assert.ok(ends.has(end));
      assert.equal(frames.isWhole, true);
    }),
  );
});

test('bytes that are no frame, or no block, are an error', () => {
  const garbage = Buffer.concat([zstdFrame(Buffer.from('abc')), Buffer.from('more')]);
  assert.throws(() => [...new ZstdFrames().split(garbage)], { message: 'other bytes follow the end of a frame' });
  const reserved = Buffer.concat([MAGIC, Buffer.from([0, 0x38]), blockHeader({ isLast: true, type: 3, size: 1 })]);
  assert.throws(() => [...new ZstdFrames().split(reserved)], { message: 'a block is of the reserved type' });
});

test('the ends of what zstd itself writes are found', (t) => {
  if (!requireTool(t, ['zstd', '--version'], 'to compress')) return;
  const text = Buffer.from(Array.from({ length: 50_000 }, (_, i) => `line ${i}\n`).join(''));
  for (const args of [['-1'], ['-19', '--no-check'], ['-3', '--no-content-size'], ['--long=27'], ['-T2', '-B1M']]) {
    const frame = execFileSync('zstd', ['-q', '-c', ...args], { input: text });
    const frames = new ZstdFrames();
    assert.deepEqual([...frames.split(Buffer.concat([frame, frame]))], [frame, frame], args.join(' '));
    assert.equal(frames.isWhole, true);
  }
});

function sums(parts: readonly Uint8Array[]): number[] {
  let sum = 0;
  return parts.map((part) => {
    sum += part.length;
    return sum;
  });
}
