/**
 * A conformance case: a tree, a conf, and what nixpkgs' script gave for them. The files in `cases/` hold them.
 */
import { createHash } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

export interface GoldenCase {
  readonly name: string;
  readonly about: string;
  readonly entries: readonly CaseEntry[];
  readonly customisationLayer: { readonly path: string; readonly tarBase64: string };
  /** Further command-line arguments. */
  readonly args: readonly string[];
  /** The conf's text; `@BASE@` stands for the base image's path. */
  readonly conf: string;
  readonly baseImageGzipBase64?: string;
  readonly expect: {
    readonly entries: readonly string[];
    readonly layers: readonly { readonly name: string; readonly diffId: string; readonly size: number }[];
    readonly imageId: string;
    readonly configJson: string;
    readonly manifestJson: string;
  };
}

interface CaseEntry {
  readonly path?: string;
  readonly pathBase64?: string;
  readonly type: 'file' | 'dir' | 'symlink' | 'hardlink';
  readonly mode?: string;
  readonly content?: { readonly text: string; readonly size?: number };
  readonly target?: string;
  readonly targetBase64?: string;
  readonly to?: string;
}

const CASES = new URL('../../../test/golden/cases/', import.meta.url);

export function readCases(): GoldenCase[] {
  const names = readdirSync(fileURLToPath(CASES)).sort();
  return names.map((name) => JSON.parse(readFileSync(new URL(name, CASES), 'utf8')));
}

/** Makes the case's tree below a folder; gives the conf's text. */
export function layOut(golden: GoldenCase, root: string): string {
  const placed = golden.entries.map((entry) => ({ entry, path: below(root, entry) }));
  for (const { entry, path } of placed) create(entry, path, root);
  // Children before their directory, which may be read-only.
  placed.sort((a, b) => b.path.length - a.path.length);
  for (const { entry, path } of placed) {
    if (entry.mode !== undefined) chmodSync(path, Number.parseInt(entry.mode, 8));
  }
  writeCustomisation(golden, root);
  if (golden.baseImageGzipBase64 === undefined) return golden.conf;
  const base = `${root}/base.tar`;
  writeFileSync(base, gunzipSync(Buffer.from(golden.baseImageGzipBase64, 'base64')));
  return golden.conf.replace('@BASE@', base);
}

/** The tag that the case's arguments give, if they do. */
export function tagOf({ args }: GoldenCase): string | undefined {
  return args[0] === '--repo_tag' ? args[1] : undefined;
}

function below(root: string, { path, pathBase64 }: CaseEntry): Buffer {
  const name = pathBase64 === undefined ? Buffer.from(path ?? '') : Buffer.from(pathBase64, 'base64');
  return Buffer.concat([Buffer.from(root), name]);
}

function create(entry: CaseEntry, path: Buffer, root: string): void {
  mkdirSync(path.subarray(0, path.lastIndexOf('/')), { recursive: true });
  switch (entry.type) {
    case 'dir':
      mkdirSync(path, { recursive: true });
      break;
    case 'file':
      writeFileSync(path, fileContent(entry));
      break;
    case 'symlink':
      symlinkSync(
        entry.targetBase64 === undefined ? (entry.target ?? '') : Buffer.from(entry.targetBase64, 'base64'),
        path,
      );
      break;
    case 'hardlink':
      linkSync(root + entry.to, path);
      break;
  }
}

function fileContent({ content }: CaseEntry): Buffer {
  const text = Buffer.from(content?.text ?? '');
  const size = content?.size ?? text.length;
  return size === 0 ? Buffer.alloc(0) : Buffer.alloc(size, text);
}

function writeCustomisation({ customisationLayer }: GoldenCase, root: string): void {
  const directory = root + customisationLayer.path;
  const tar = gunzipSync(Buffer.from(customisationLayer.tarBase64, 'base64'));
  mkdirSync(directory, { recursive: true });
  writeFileSync(`${directory}/layer.tar`, tar);
  writeFileSync(`${directory}/checksum`, `${createHash('sha256').update(tar).digest('hex')}\n`);
}
