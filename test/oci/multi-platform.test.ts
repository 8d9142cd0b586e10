import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../src/ground/json/value.js';
import { descriptorObject } from '../../src/oci/descriptor.js';
import { digestOf } from '../../src/oci/digest.js';
import { encodeJson, readObject } from '../../src/oci/document.js';
import { emptyIndex, readIndexObject } from '../../src/oci/index.js';
import { IMAGE_MANIFEST } from '../../src/oci/media-types.js';
import {
  type EarlierImage,
  type EarlierImages,
  indexDescriptor,
  mergePlatforms,
  type PlatformManifest,
} from '../../src/oci/multi-platform.js';
import { type Platform, platformOf } from '../../src/oci/platform.js';

const NOTHING: EarlierImages = { index: undefined, entries: [] };
const REF = 'org.opencontainers.image.ref.name';
const [amd64, arm64, arm] = [imageOf('amd64'), imageOf('arm64'), imageOf('arm')];

test('one image that never had another beside it needs no index', () => {
  assert.equal(mergePlatforms(NOTHING, [amd64]), undefined);
  assert.equal(mergePlatforms(asManifest(amd64), [imageOf('amd64', 'new')]), undefined);
});

test('images of several platforms become an index, in the order of the platforms, without names', () => {
  const index = mergePlatforms(NOTHING, [arm64, amd64]);
  assert.ok(index);
  assert.deepEqual(JSON.parse(String(index.bytes)), {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      { mediaType: IMAGE_MANIFEST, digest: amd64.digest, size: 3, platform: { architecture: 'amd64', os: 'linux' } },
      {
        mediaType: IMAGE_MANIFEST,
        digest: arm64.digest,
        size: 3,
        platform: { architecture: 'arm64', os: 'linux', variant: 'v8' },
      },
    ],
  });
  assert.deepEqual(indexDescriptor(index), {
    mediaType: 'application/vnd.oci.image.index.v1+json',
    digest: digestOf(index.bytes),
    size: index.bytes.length,
  });
});

test('the index has the same bytes in whatever order images come, together or one after the other', () => {
  const images = ['amd64', 'arm', 'arm64', 'riscv64', 's390x'].map((name) => imageOf(name));
  const whole = mergePlatforms(NOTHING, images);
  const order = fc.shuffledSubarray(images, { minLength: images.length });
  fc.assert(
    fc.property(order, fc.integer({ min: 1, max: images.length }), (shuffled, batch) => {
      let earlier: EarlierImages = NOTHING;
      for (let i = 0; i < shuffled.length; i += batch) {
        const some = shuffled.slice(i, i + batch);
        const index = mergePlatforms(earlier, some);
        const [only] = some;
        assert.ok(only !== undefined);
        earlier = index === undefined ? asManifest(only) : asIndex(readIndexObject(index.bytes));
      }
      assert.deepEqual(earlier.index, whole && readObject(whole.bytes));
    }),
  );
});

test('only the image of the same platform is replaced, and an index stays one', () => {
  const first = indexOf([amd64, arm64]);
  const again = imageOf('arm64', 'new');
  assert.deepEqual(digests(mergePlatforms(asIndex(first), [again])), [amd64.digest, again.digest]);
  assert.deepEqual(digests(mergePlatforms(asIndex(indexOf([amd64])), [imageOf('amd64', 'new')])).length, 1);
});

test('what says less of its platform is the same where clients take it for the same', () => {
  const plain = { ...arm64, platform: { architecture: 'arm64', os: 'linux' } };
  assert.equal(mergePlatforms(asManifest(plain), [imageOf('arm64', 'new')]), undefined);
  const v6 = { ...arm, platform: { architecture: 'arm', os: 'linux', variant: 'v6' } };
  assert.equal(digests(mergePlatforms(asManifest(v6), [imageOf('arm', 'new')])).length, 2);
});

test('all that others wrote stays: fields, images of unknown platforms, and attestations of what is still there', () => {
  const attestation = (of: PlatformManifest): JsonObject =>
    json({
      mediaType: IMAGE_MANIFEST,
      digest: `attestation of ${of.digest}`,
      annotations: { 'vnd.docker.reference.digest': of.digest, 'vnd.docker.reference.type': 'attestation-manifest' },
      platform: { architecture: 'unknown', os: 'unknown' },
    });
  const odd = json({ mediaType: 'x/y', digest: 'odd', size: 1.5 });
  const docker = 'application/vnd.docker.distribution.manifest.list.v2+json';
  const index = new Map([
    ...json({ mediaType: docker, annotations: { a: 'b' }, more: 1 }),
    ...emptyIndexWith([odd, descriptorObject(arm64), attestation(amd64), descriptorObject(amd64), attestation(arm64)]),
  ]);
  const platforms = [undefined, arm64.platform, UNKNOWN, amd64.platform, UNKNOWN];
  const again = imageOf('amd64', 'new');
  const merged = mergePlatforms(asIndex(index, platforms), [again]);
  assert.deepEqual(digests(merged), [again.digest, arm64.digest, `attestation of ${arm64.digest}`, 'odd']);
  const { mediaType, annotations, more } = JSON.parse(String(merged?.bytes));
  assert.deepEqual([mediaType, annotations, more], ['application/vnd.oci.image.index.v1+json', { a: 'b' }, 1]);
  // The very same image again keeps its own.
  assert.equal(digests(mergePlatforms(asIndex(index, platforms), [amd64])).length, 5);
});

test('an image that gets an index has its names no more, and its platform', () => {
  const entry = json({ mediaType: IMAGE_MANIFEST, digest: 'old', annotations: { [REF]: '1', a: 'b' } });
  const bare = json({ mediaType: IMAGE_MANIFEST, digest: 'bare', annotations: { [REF]: '1' } });
  const entries = [
    { entry, platform: platformOf({ architecture: 'arm' }) },
    { entry: bare, platform: platformOf({ architecture: 's390x' }) },
  ];
  const merged = mergePlatforms({ index: undefined, entries }, [amd64]);
  const [, old, last] = JSON.parse(String(merged?.bytes)).manifests;
  assert.deepEqual(old, {
    mediaType: IMAGE_MANIFEST,
    digest: 'old',
    annotations: { a: 'b' },
    platform: { architecture: 'arm', os: 'linux' },
  });
  assert.deepEqual(last, {
    mediaType: IMAGE_MANIFEST,
    digest: 'bare',
    platform: { architecture: 's390x', os: 'linux' },
  });
});

const UNKNOWN: Platform = { architecture: 'unknown', os: 'unknown' };

function imageOf(architecture: string, text = architecture): PlatformManifest {
  return {
    mediaType: IMAGE_MANIFEST,
    digest: digestOf(Buffer.from(text)),
    size: 3,
    platform: platformOf({ architecture }),
  };
}

/** What a name led to, given by its only image. */
function asManifest(image: PlatformManifest): EarlierImages {
  const annotations = { [REF]: '1' };
  return {
    index: undefined,
    entries: [{ entry: descriptorObject({ ...image, annotations }), platform: image.platform }],
  };
}

function asIndex(index: JsonObject, platforms?: readonly (Platform | undefined)[]): EarlierImages {
  const entries = index.get('manifests');
  assert.ok(Array.isArray(entries));
  return {
    index,
    entries: entries.map((entry: JsonObject, i): EarlierImage => {
      const { platform } = JSON.parse(String(encodeJson(entry)));
      return { entry, platform: platforms === undefined ? platform : platforms[i] };
    }),
  };
}

function indexOf(images: readonly PlatformManifest[]): JsonObject {
  return emptyIndexWith(images.map(descriptorObject));
}

function emptyIndexWith(manifests: readonly JsonObject[]): JsonObject {
  return new Map([...emptyIndex(), ['manifests', manifests]]);
}

function json(value: object): JsonObject {
  return readObject(Buffer.from(JSON.stringify(value)));
}

function digests(document: { readonly bytes: Uint8Array } | undefined): string[] {
  assert.ok(document !== undefined);
  return JSON.parse(String(document.bytes)).manifests.map(({ digest }: { digest: string }) => digest);
}
