/** What a file is, as its first bytes show: so that messages can name what is not of the kind that is wanted. */
import { detectCompression } from '../tar/compression.js';
import { isTarStart } from '../tar/tar-start.js';

/** Bytes that show what something is, as a rule. More of a JSON document shows more of its keys. */
export const START_SIZE = 64 * 1024;

const NAMES = {
  empty: 'empty',
  conf: 'a conf',
  description: 'a description of an image',
  'docker-archive': 'a docker-archive',
  'oci-archive': 'an archive of an OCI image layout',
  tar: 'a tar archive',
  index: 'the index of an OCI image layout',
  manifest: 'the manifest of an image',
  'docker-manifest': 'the manifest.json of a docker-archive',
  config: 'the config of an image',
  'layout-file': 'the oci-layout of an OCI image layout',
  inspection: 'what `docker inspect` prints',
  nix2container: 'an image of nix2container',
  'build-result': 'what `nix build --json` prints',
  lock: 'the lock file of a flake',
  package: 'the package.json of an npm package',
  json: 'a JSON document',
  derivation: 'a derivation',
  expression: 'a Nix expression',
  'store-path': 'the name of a store path',
  nar: 'a NAR',
  dockerfile: 'a Dockerfile',
  script: 'a script',
  program: 'a program',
} as const;

export type FileKind = keyof typeof NAMES;

/** What a JSON document has: in itself, or, if it is a list, in the first of its items. The first that fits counts. */
const DOCUMENTS: readonly (readonly [kind: FileKind, form: 'object' | 'list', keys: readonly string[]])[] = [
  ['conf', 'object', ['store_layers']],
  ['conf', 'object', ['customisation_layer']],
  ['conf', 'object', ['repo_tag']],
  // Of any version.
  ['description', 'object', ['schemaVersion', 'repoTags']],
  ['description', 'object', ['schemaVersion', 'repoTag']],
  ['description', 'object', ['schemaVersion', 'architecture', 'layers']],
  ['index', 'object', ['schemaVersion', 'manifests']],
  ['manifest', 'object', ['schemaVersion', 'config', 'layers']],
  ['layout-file', 'object', ['imageLayoutVersion']],
  ['nix2container', 'object', ['image-config', 'layers']],
  ['config', 'object', ['rootfs']],
  // What nixpkgs makes a conf of.
  ['config', 'object', ['architecture', 'os']],
  ['lock', 'object', ['nodes', 'root', 'version']],
  ['package', 'object', ['name', 'version']],
  ['docker-manifest', 'list', ['Config', 'Layers']],
  ['inspection', 'list', ['Id', 'RootFS']],
  ['build-result', 'list', ['drvPath', 'outputs']],
];

/** How the texts of some kinds begin. */
const TEXTS: readonly (readonly [kind: FileKind, start: RegExp])[] = [
  ['script', /^#!/],
  ['derivation', /^(?:Derive|DrvWithVersion)\(/],
  ['store-path', /^\/[^\s"']*\/[0-9a-z]{32}-[\w+.?=-]+\s*$/],
  // Comments, parser directives and arguments may stand before it (Dockerfile reference, "FROM").
  ['dockerfile', /^(?:[ \t]*(?:#.*|ARG[ \t].*)?\r?\n)*[ \t]*FROM[ \t]+\S/i],
  // After the length of the word (Nix manual, "Nix Archive format").
  ['nar', /^(?:[\s\S]{8}){1,2}nix-archive-1/],
  ['program', /^\x7fELF/],
];

/** The first name in an archive tells which kind of archive of an image it is. */
const ARCHIVES: readonly (readonly [kind: FileKind, name: RegExp])[] = [
  ['oci-archive', /^(?:\.\/)?(?:blobs\/|oci-layout$|index\.json$)/],
  [
    'docker-archive',
    /^(?:\.\/)?(?:[0-9a-f]{64}(?:\/(?:layer\.tar|json|VERSION)?|\.json|\.tar)|layer-\d+\.tar|manifest\.json|repositories)$/,
  ],
];

/** Bytes of a name in a header (POSIX.1-2017, "ustar Interchange Format"). */
const NAME_LENGTH = 100;

/** The kind in words that follow "is". */
export function nameOfKind(kind: FileKind): string {
  return NAMES[kind];
}

/**
 * Tells what a file is; undefined for what is not known here. `start` is its first bytes, decompressed. The name serves
 * where the bytes say nothing.
 */
export function kindOfFile(start: Uint8Array, name = ''): FileKind | undefined {
  if (start.length === 0) return 'empty';
  if (isTarStart(start)) return kindOfArchive(start);
  if (detectCompression(start) !== 'none') return undefined;
  const text = Buffer.from(start).toString('latin1');
  const found = TEXTS.find(([, pattern]) => pattern.test(text));
  if (found !== undefined) return found[0];
  if (name.endsWith('.nix')) return 'expression';
  const json = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (!/^[[{]/.test(json)) return undefined;
  const form = json.startsWith('[') ? 'list' : 'object';
  const keys = outerKeys(json);
  return DOCUMENTS.find(([, ofForm, words]) => ofForm === form && words.every((word) => keys.has(word)))?.[0] ?? 'json';
}

function kindOfArchive(start: Uint8Array): FileKind {
  const first = Buffer.from(start.subarray(0, NAME_LENGTH))
    .toString('latin1')
    .replace(/\0[\s\S]*/, '');
  return ARCHIVES.find(([, pattern]) => pattern.test(first))?.[0] ?? 'tar';
}

/** The keys of the outermost object of a JSON text that may break off, or of the objects in its outermost list. */
function outerKeys(text: string): Set<string> {
  const keys = new Set<string>();
  const depthOfKeys = text.startsWith('[') ? 2 : 1;
  let depth = 0;
  for (const [token, key] of text.matchAll(/"((?:[^"\\]|\\[\s\S])*)"(?:\s*:)?|[[\]{}]/g)) {
    if (key !== undefined) {
      if (depth === depthOfKeys && token.endsWith(':')) keys.add(key);
    } else depth += token === '{' || token === '[' ? 1 : -1;
  }
  return keys;
}
