/** OCI image layouts, valid and broken, as files by name. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestOf } from '../../src/oci/digest.js';
import { type Member, makeArchive } from './archives.js';

export const INDEX = 'application/vnd.oci.image.index.v1+json';
export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const CONFIG = 'application/vnd.oci.image.config.v1+json';
export const LAYER = 'application/vnd.oci.image.layer.v1.tar';

export type Fields = Readonly<Record<string, unknown>>;

export interface TestDescriptor extends Fields {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface TestLayer {
  readonly bytes: Buffer;
  /** What `bytes` hold; the same by default. */
  readonly plain?: Buffer;
  readonly mediaType?: string;
  /** To be put into its descriptor. */
  readonly descriptor?: Fields;
}

export interface TestImage {
  readonly layers: readonly TestLayer[];
  /** Fields of the config, of the manifest, and of the config's descriptor, to add or to replace. */
  readonly config?: Fields;
  readonly manifest?: Fields;
  readonly configDescriptor?: Fields;
}

export class TestLayout {
  /** By name from the layout's root. */
  readonly files = new Map<string, Buffer>();

  constructor() {
    this.put('oci-layout', { imageLayoutVersion: '1.0.0' });
  }

  /** Writes a document, or bytes as they are. */
  put(name: string, content: Fields | readonly unknown[] | Buffer | string): this {
    const isBytes = typeof content === 'string' || Buffer.isBuffer(content);
    this.files.set(name, isBytes ? Buffer.from(content) : Buffer.from(JSON.stringify(content)));
    return this;
  }

  /** Adds a blob; gives its descriptor. */
  blob(mediaType: string, content: Fields | Buffer, algorithm: 'sha256' | 'sha512' = 'sha256'): TestDescriptor {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    const digest = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
    this.files.set(nameOf(digest), bytes);
    return { mediaType, digest, size: bytes.length };
  }

  /** Adds an image; gives the descriptor of its manifest. */
  image({ layers, config, manifest, configDescriptor }: TestImage): TestDescriptor {
    const document = {
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: layers.map(({ bytes, plain = bytes }) => digestOf(plain)) },
      history: layers.map(() => ({})),
      ...config,
    };
    return this.blob(MANIFEST, {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { ...this.blob(CONFIG, document), ...configDescriptor },
      layers: layers.map(({ bytes, mediaType = LAYER, descriptor }) => ({
        ...this.blob(mediaType, bytes),
        ...descriptor,
      })),
      ...manifest,
    });
  }

  /** Adds an index as a blob; gives its descriptor. */
  index(manifests: readonly unknown[]): TestDescriptor {
    return this.blob(INDEX, { schemaVersion: 2, mediaType: INDEX, manifests });
  }

  /** Writes `index.json`. */
  list(...manifests: readonly unknown[]): this {
    return this.put('index.json', { schemaVersion: 2, mediaType: INDEX, manifests });
  }

  writeTo(directory: string): string {
    for (const [name, bytes] of this.files) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), bytes);
    }
    return directory;
  }

  get members(): Member[] {
    return [...this.files].map(([name, body]) => ({ name, body }));
  }

  archive(): Promise<Buffer> {
    return makeArchive(this.members);
  }
}

/** The name of a blob. */
export function nameOf(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

export function rootfs(...layers: readonly Buffer[]): Fields {
  return { type: 'layers', diff_ids: layers.map(digestOf) };
}
