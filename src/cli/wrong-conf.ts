/** What is given in the place of a conf, and the command that was meant. */
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { confsOfScript } from '../config/stream-script.js';
import { listDirectory } from '../files/directories.js';
import { LayerstreamError } from '../ground/errors.js';
import { parseJson } from '../ground/json/parse.js';
import { type FileKind, kindOfFile, nameOfKind, START_SIZE } from '../oci/file-kind.js';
import { type Compression, detectCompression } from '../tar/compression.js';
import { decompress } from '../tar/decompress.js';

const CONF = 'the conf that `nix build .#image.conf` makes';
const GIVE_CONF = `Give ${CONF}.`;

type Hint = (file: string) => string;

const archive: Hint = (file) => `To check it, run \`layerstream verify ${file}\`. To build it again, give ${CONF}.`;
const layout: Hint = (file) => archive(file === '-' ? 'DIR' : shellWord(dirname(file)));

/** What to do with a file of a kind that is no conf, by default to build the conf. */
const HINTS: Partial<Readonly<Record<FileKind, Hint>>> = {
  // So is standard input that is closed: Node opens /dev/null in its place.
  empty: (file) =>
    file === '-' ? 'Pipe a conf into it, or name a file.' : 'The command that was to write it may have failed.',
  'docker-archive': archive,
  'oci-archive': archive,
  index: layout,
  'layout-file': layout,
  'build-result': () => 'Give the path: `layerstream $(nix build --print-out-paths .#image.conf)`.',
  'store-path': () => 'Give the path itself: `layerstream $(nix build --print-out-paths .#image.conf)`.',
  derivation: (file) =>
    file === '-'
      ? 'Build it with `nix-store --realise`, and give the path that this prints.'
      : `Build it, and give what that prints: \`layerstream $(nix-store --realise ${file})\`.`,
  dockerfile: () => `\`docker build\` builds it. layerstream builds images of Nix: give ${CONF}.`,
  nix2container: () =>
    `Its own \`copyTo\` builds it. layerstream builds images of dockerTools.streamLayeredImage: give ${CONF}.`,
};

/**
 * The error for bytes that are something else than a conf, which need not be whole; undefined where it is not known what
 * they are. `path` is what was given.
 */
export async function wrongConf(bytes: Uint8Array, path: string): Promise<LayerstreamError | undefined> {
  const compression = detectCompression(bytes);
  const start = compression === 'none' ? bytes : await decompressStart(bytes);
  const kind = start === undefined ? undefined : kindOfFile(start, path);
  if (compression === 'none' && (kind === undefined || kind === 'conf' || !isWhole(kind, bytes))) return undefined;
  const words = [
    kind === undefined ? '' : nameOfKind(kind),
    compression === 'none' ? '' : `compressed with ${compression}`,
  ];
  const isSaid = kind === 'empty' || kind === 'conf' || kind === 'description';
  const what = [...words, isSaid ? '' : 'not a conf'].filter((word) => word !== '').join(', ');
  const hint = hintFor({ kind, compression, bytes }, path === '-' ? path : shellWord(path));
  return notConf(path, what, hint);
}

/** Of JSON in which nothing is known, the place where it breaks off says more. */
function isWhole(kind: FileKind, bytes: Uint8Array): boolean {
  if (kind !== 'json') return true;
  try {
    parseJson(Buffer.from(bytes).toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

interface Found {
  readonly kind: FileKind | undefined;
  readonly compression: Compression;
  readonly bytes: Uint8Array;
}

function hintFor({ kind, compression, bytes }: Found, file: string): string {
  if (compression !== 'none' && (kind === undefined || kind === 'conf' || kind === 'description')) {
    const program = compression === 'gzip' ? 'gzip' : compression;
    return `Decompress it: \`${program} -dc ${file === '-' ? '' : `${file} `}| layerstream -\`.`;
  }
  if (kind === 'script') {
    const confs = confsOfScript(bytes) ?? [];
    return confs.length > 1
      ? `It names several confs; give one of them: ${confs.join(' ')}`
      : `It names no conf. ${GIVE_CONF}`;
  }
  return (kind === undefined ? undefined : HINTS[kind]?.(file)) ?? GIVE_CONF;
}

/** The error for a directory that is given as a conf. @throws The system's error. */
export function wrongDirectory(path: string): LayerstreamError {
  const names = new Set(listDirectory(path)?.map(({ name }) => name));
  const file = shellWord(path);
  if (names.has('oci-layout') || (names.has('index.json') && names.has('blobs'))) {
    return notConf(path, 'an OCI image layout, not a conf', archive(file));
  }
  if (names.has('layer.tar') && names.has('checksum'))
    return notConf(path, 'a customisation layer, not a conf', GIVE_CONF);
  if (names.has('flake.nix')) {
    return notConf(path, 'a flake, not a conf', `Build the conf with \`nix build ${file}#image.conf\`, and give that.`);
  }
  if (names.has('default.nix')) {
    return notConf(
      path,
      'a Nix expression, not a conf',
      `Build the conf with \`nix-build ${file} -A image.conf\`, and give that.`,
    );
  }
  return notConf(path, 'a directory, not a conf', GIVE_CONF);
}

function notConf(path: string, what: string, hint: string): LayerstreamError {
  const name = path === '-' ? 'standard input' : path;
  return new LayerstreamError('CONF_INVALID', `${name} is ${what}`, { path, hint });
}

/** The first bytes of what is compressed, which may break off; undefined where that is not read here. */
async function decompressStart(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    const input = Readable.from([bytes.subarray(0, START_SIZE)], { objectMode: false });
    for await (const chunk of await decompress(input, '')) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= START_SIZE) break;
    }
  } catch {
    // It breaks off here; or it is damaged, and what was read still shows what it is.
  }
  return length === 0 ? undefined : Buffer.concat(chunks);
}

/** A path as a shell takes it. */
function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
