/** The files of small layouts, as members of an archive. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { blobName } from '../../src/oci/blob-name.js';
import { digestOf } from '../../src/oci/digest.js';
import { IMAGE_CONFIG, IMAGE_INDEX, IMAGE_MANIFEST, layerMediaType } from '../../src/oci/media-types.js';
import type { Member } from './archives.js';
import { zstdFrame } from './zstd.js';

const PACK = { none: (bytes: Buffer) => bytes, gzip: gzipSync, zstd: zstdFrame } as const;

export interface OciParts {
  /** The tars of its layers. */
  readonly layers: readonly Buffer[];
  readonly compression?: keyof typeof PACK;
  /** Of the image config; amd64 and linux by default. */
  readonly config?: object;
  readonly configType?: string;
}

export interface OciImage {
  /** The blobs. */
  readonly members: readonly Member[];
  readonly manifest: OciDescriptor;
}

export interface OciDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: object;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function ociImage({ layers, compression = 'none', config, configType = IMAGE_CONFIG }: OciParts): OciImage {
  const packed = layers.map((bytes) => blob(PACK[compression](bytes), layerMediaType(compression)));
  const document = json(
    {
      architecture: 'amd64',
      os: 'linux',
      config: { Env: ['A=1'] },
      rootfs: { type: 'layers', diff_ids: layers.map(digestOf) },
      ...config,
    },
    configType,
  );
  const manifest = json(
    { schemaVersion: 2, config: document.descriptor, layers: packed.map(({ descriptor }) => descriptor) },
    IMAGE_MANIFEST,
  );
  return {
    members: [...packed, document, manifest].map(({ member }) => member),
    manifest: manifest.descriptor,
  };
}

/** An index of other manifests, as a blob. */
export function ociIndex(manifests: readonly OciDescriptor[]): OciImage {
  const { member, descriptor } = json({ schemaVersion: 2, manifests }, IMAGE_INDEX);
  return { members: [member], manifest: descriptor };
}

/** A layout whose index lists these. */
export function ociMembers(parts: readonly OciImage[], manifests: readonly unknown[]): Member[] {
  return [
    { name: 'oci-layout', body: '{"imageLayoutVersion": "1.0.0"}' },
    ...parts.flatMap(({ members }) => members),
    { name: 'index.json', body: JSON.stringify({ schemaVersion: 2, manifests }) },
  ];
}

export function writeMembers(directory: string, members: readonly Member[]): void {
  for (const { name, body = '' } of members) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, body);
  }
}

interface MadeBlob {
  readonly member: Member;
  readonly descriptor: OciDescriptor;
}

function json(document: object, mediaType: string): MadeBlob {
  return blob(Buffer.from(JSON.stringify(document)), mediaType);
}

function blob(body: Buffer, mediaType: string): MadeBlob {
  const digest = digestOf(body);
  return { member: { name: blobName(digest), body }, descriptor: { mediaType, digest, size: body.length } };
}
