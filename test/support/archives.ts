/** Archives made with tar-stream, for tests of the code that reads them. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Header, pack } from 'tar-stream';
import { digestOf, hexOf } from '../../src/oci/digest.js';

export interface Member {
  readonly name: string;
  readonly body?: Buffer | string;
  readonly type?: NonNullable<Header['type']>;
  readonly linkname?: string;
}

export async function makeArchive(members: readonly Member[]): Promise<Buffer> {
  const archive = pack();
  for (const { body = '', ...header } of members) archive.entry(header, body);
  archive.finalize();
  return buffer(archive);
}

export interface DockerParts {
  /** Bodies of the layers, as they are in the archive. */
  readonly layers: readonly Buffer[];
  /** The diffIDs that the config has; the digests of the layers by default. */
  readonly diffIds?: readonly string[];
  readonly config?: object;
}

/** The members of a valid docker-archive, by kind. */
export function dockerMembers(parts: DockerParts): { layers: Member[]; config: Member; manifest: Member } {
  const digests = parts.layers.map(digestOf);
  const layers = parts.layers.map((body, i) => ({ name: `${digests[i]?.slice(7)}/layer.tar`, body }));
  const document = {
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: parts.diffIds ?? digests },
    history: parts.layers.map(() => ({})),
    ...parts.config,
  };
  const body = Buffer.from(JSON.stringify(document));
  const config = { name: `${hexOf(digestOf(body))}.json`, body };
  return {
    layers,
    config,
    manifest: manifestOf(
      config.name,
      layers.map(({ name }) => name),
    ),
  };
}

export function manifestOf(Config: string, Layers: readonly string[], RepoTags: unknown = ['app:1']): Member {
  return { name: 'manifest.json', body: JSON.stringify([{ Config, RepoTags, Layers }]) };
}

/** A stream of bytes in chunks of a size. */
export function streamOf(bytes: Buffer, chunkSize = 65536): Readable {
  return Readable.from(chunksOf(bytes, chunkSize), { objectMode: false });
}

function* chunksOf(bytes: Buffer, chunkSize: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize);
}
