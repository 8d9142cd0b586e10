import { createHash } from 'node:crypto';
import type { BlobId } from '../oci/descriptor.js';
import { type Digest, parseDigest } from '../oci/digest.js';
import type { LayerKey } from './key.js';

/** What an earlier build learned of a layer. */
export interface KnownLayer {
  readonly diffId: Digest;
  /** Bytes of the layer's tar. */
  readonly size: number;
  /**
   * What the layer was compressed to, by a text that identifies how: program, version and settings, in some hundred
   * characters at most.
   */
  readonly blobs: ReadonlyMap<string, BlobId>;
}

/** Entries of another version are as good as none. */
const VERSION = 1;

/** Those stored last stay: other versions and settings of compressors come and go. */
const MAX_BLOBS = 16;

/** An entry's text: JSON that holds its own key and checksum. */
export function encodeEntry(key: LayerKey, { diffId, size, blobs }: KnownLayer): string {
  const kept = [...blobs]
    .slice(-MAX_BLOBS)
    .map(([compressor, blob]) => ({ compressor, digest: blob.digest, size: blob.size }));
  const fields = { version: VERSION, key, diffId, size, blobs: kept };
  const check = createHash('sha256').update(JSON.stringify(fields)).digest('hex');
  return `${JSON.stringify({ ...fields, check })}\n`;
}

/** The facts that an entry of this key holds; undefined for any text that `encodeEntry` did not give for it. */
export function decodeEntry(key: LayerKey, text: string): KnownLayer | undefined {
  const facts = readFacts(parseJson(text));
  // Version, key, checksum, and that nothing else is there, in one.
  return facts !== undefined && encodeEntry(key, facts) === text ? facts : undefined;
}

/** What two builds learned of one layer. Where they disagree, the later is right. */
export function mergeKnown(known: KnownLayer | undefined, learned: KnownLayer): KnownLayer {
  if (known === undefined || known.diffId !== learned.diffId || known.size !== learned.size) return learned;
  // What was learned last comes last.
  const older = [...known.blobs].filter(([compressor]) => !learned.blobs.has(compressor));
  return { ...known, blobs: new Map([...older, ...learned.blobs]) };
}

/** Checked by hand: zod would cost a small image a tenth of its time. */
function readFacts(value: unknown): KnownLayer | undefined {
  const { diffId, size, blobs: listed } = fieldsOf(value);
  const layer = readBlob({ digest: diffId, size });
  if (layer === undefined || !Array.isArray(listed)) return undefined;
  const blobs = new Map<string, BlobId>();
  for (const item of listed) {
    const { compressor } = fieldsOf(item);
    const blob = readBlob(fieldsOf(item));
    if (typeof compressor !== 'string' || blob === undefined) return undefined;
    blobs.set(compressor, blob);
  }
  return { diffId: layer.digest, size: layer.size, blobs };
}

function readBlob({ digest: text, size }: Fields): BlobId | undefined {
  const digest = typeof text === 'string' ? parseDigest(text) : undefined;
  const isSize = typeof size === 'number' && Number.isSafeInteger(size) && size >= 0;
  return digest !== undefined && isSize ? { digest, size } : undefined;
}

/** All that is read of an entry; any of it may be missing or of another type. */
type Fields = Readonly<Partial<Record<'diffId' | 'digest' | 'size' | 'blobs' | 'compressor', unknown>>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? value : {};
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no entry.
    return undefined;
  }
}
