import * as z from 'zod/mini';
import { type Digest, parseDigest } from '../oci/digest.js';

/**
 * What `layerstream describe --json` writes: an image, described without making it. This file defines the document; tests
 * compare what the program writes with it.
 *
 * Within a version fields may be added, and readers pass over those that they do not know. Whatever would mislead a
 * reader raises `schemaVersion`. Version 2 had one name, `repoTag`. So had version 1, which had no `conf`, and called
 * the evidence of a hashed layer `summed`.
 */
export const SCHEMA_VERSION = 3;

const text = z.string({ error: 'a string' });
const count = z.int({ error: 'a whole number' }).check(z.nonnegative({ error: 'a number that is not negative' }));
const digest = z.custom<Digest>((value) => typeof value === 'string' && parseDigest(value) !== undefined, {
  error: 'sha256: and 64 hex digits',
});

const diffId = z.object(
  {
    /** SHA-256 of the uncompressed layer (OCI image-spec, config.md, "Layer DiffID"). */
    digest,
    /**
     * Why it is taken for the layer's: it was `hashed` by an earlier build, of files that did not change since; or only
     * `announced` by the base image's config or the customisation layer's `checksum`. What is announced is not proven:
     * a build compares it with the bytes.
     */
    evidence: z.enum(['announced', 'hashed'], { error: '"announced" or "hashed"' }),
  },
  { error: 'an object with a digest, or null' },
);

const layer = z.object(
  {
    /** What it is made of: copied from the base image, store paths, or the customisation layer, which is the last. */
    kind: z.enum(['base', 'store', 'customisation'], { error: '"base", "store" or "customisation"' }),
    /** What the base image calls it; null for the image's own. */
    name: z.nullable(text),
    /** The store paths that it is made of, as the conf names them; none for a base image's. */
    paths: z.array(text, { error: 'a list of paths' }),
    /** Bytes of each path's entries in the tar, headers and padding included. Left out where no tree was walked. */
    pathSizes: z.optional(z.array(count, { error: 'a list of sizes' })),
    /** Files, directories and links that it takes from the store; null where it is a tar already, which is not read. */
    entries: z.nullable(count),
    /** Bytes of its tar; for a base image's layer, of what lies there, which may be compressed. */
    size: count,
    /** Null where it is not known yet. */
    diffId: z.nullable(diffId),
  },
  { error: 'an object' },
);

const document = z.object(
  {
    /** SHA-256 of `text`. */
    digest,
    /** Bytes of `text`. */
    size: count,
    /** The document's very bytes, which are ASCII. They are JSON; to write them again would change the digest. */
    text,
  },
  { error: 'an object' },
);

const integer = z.int({ error: 'a whole number' });

const conf = z.object(
  {
    /** The run configuration as JSON, which keeps the order of its keys and the form of its numbers. */
    config: text,
    storeDir: text,
    /** A store path whose tree is the last layer, or a directory with `layer.tar` and `checksum`. */
    customisation: z.object(
      { kind: z.enum(['tree', 'tar'], { error: '"tree" or "tar"' }), path: text },
      { error: 'an object' },
    ),
    /** Path of the base image. */
    fromImage: z.nullable(text),
    /** Times and owners of the entries of store layers. */
    ownership: z.discriminatedUnion(
      'kind',
      [
        z.object({ kind: z.literal('from-files') }),
        z.object({ kind: z.literal('fixed'), mtime: integer, uid: integer, gid: integer, uname: text, gname: text }),
      ],
      { error: 'an ownership' },
    ),
    /** Seconds since the epoch for the entries of archives. */
    archiveTime: integer,
  },
  { error: 'an object, or null' },
);

const image = z.object(
  {
    /** The digest of `config`. */
    id: digest,
    /** The image config (OCI image-spec, config.md), the same wherever the image goes. */
    config: document,
    /**
     * `manifest.json` of the docker-archive (Docker image spec v1.2, "Combined Image JSON + Filesystem Changeset"), as
     * it is without `--single-pass`.
     */
    dockerManifest: document,
    /**
     * The image manifest (OCI image-spec, manifest.md) of a layout without compression. Null where the base image has
     * compressed layers, which stay as they are, of unknown digests.
     */
    ociManifest: z.nullable(document),
  },
  { error: 'an object, or null' },
);

export const descriptionSchema = z.object(
  {
    schemaVersion: z.literal(SCHEMA_VERSION, { error: `schema version ${SCHEMA_VERSION}` }),
    /** What the image is called, each `name:tag`. */
    repoTags: z.array(text, { error: 'a list of names' }).check(z.minLength(1, { error: 'at least one name' })),
    /** As Go names it: `amd64`, `arm64`, … */
    architecture: text,
    /** Of the architecture, such as `v7` of `arm`; missing where the conf names none. */
    variant: z.optional(text),
    os: z.literal('linux', { error: '"linux"' }),
    /** As the image config has it. Where the conf says `now` it is the time of the description. */
    created: text,
    /** What else a build needs of the conf. Null in a description of version 1, from which nothing can be built. */
    conf: z.nullable(conf),
    /** In the image's order, the lowest first. */
    layers: z.array(layer, { error: 'a list of layers' }),
    /** All entries that were counted. */
    entries: count,
    /** Bytes of all layers. */
    size: count,
    /** What follows from the diffIDs; null unless all of them are known. If one is only announced, so is this. */
    image: z.nullable(image),
  },
  { error: 'an object' },
);

export type Description = z.infer<typeof descriptionSchema>;
export type DescribedLayer = Description['layers'][number];
export type DescribedDiffId = NonNullable<DescribedLayer['diffId']>;
export type DescribedImage = NonNullable<Description['image']>;
export type DescribedDocument = DescribedImage['config'];
