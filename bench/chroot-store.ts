/**
 * Store paths without Nix: trees in a folder as `nix --store FOLDER` would write them.
 */
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, lutimesSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asByteString } from '../src/ground/bytestring.js';
import { archiveSize, encodeEntry, paddedSize } from '../src/tar/header.js';

const STORE_DIR = '/nix/store';

/** Nix's digits, which leave out e, o, t and u (Nix manual, "Nix32"). */
const DIGITS = '0123456789abcdfghijklmnpqrsvwxyz';

/** A chroot store in an empty folder. */
export class ChrootStore {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
    mkdirSync(root + STORE_DIR, { recursive: true });
  }

  /** Copies a tree into the store as Nix keeps it (nothing writable, all times 1); returns its store path. */
  add(name: string, source: string): string {
    return this.create(name, (path) => cpSync(source, path, { recursive: true, verbatimSymlinks: true }));
  }

  /** Adds a tree that `write` makes in the empty directory that it gets. */
  create(name: string, write: (directory: string) => void): string {
    const path = storePath(name);
    mkdirSync(this.root + path);
    write(this.root + path);
    canonicalise(this.root + path);
    return path;
  }

  /** Makes a directory with `layer.tar` and `checksum`, the customisation layer of a current conf. */
  addCustomisation(file: { name: string; text: string }): string {
    const path = storePath('customisation');
    const tar = tarOf(file.name, Buffer.from(file.text));
    mkdirSync(this.root + path);
    writeFileSync(join(this.root + path, 'layer.tar'), tar);
    writeFileSync(join(this.root + path, 'checksum'), createHash('sha256').update(tar).digest('hex'));
    return path;
  }

  remove(): void {
    removeTree(this.root);
  }
}

/** Removes a tree that may hold store paths. */
export function removeTree(path: string): void {
  makeWritable(path);
  // A process that was just killed may still write a file.
  rmSync(path, { recursive: true, maxRetries: 5 });
}

function storePath(name: string): string {
  const hash = createHash('sha256').update(name).digest().subarray(0, 32);
  const digits = Array.from(hash, (byte) => DIGITS[byte % DIGITS.length]).join('');
  return `${STORE_DIR}/${digits}-${name.replace(/[^\w+.=?-]/g, '-').replace(/^-+/, '')}`;
}

function tarOf(name: string, content: Buffer): Buffer {
  const none = asByteString('');
  const header = encodeEntry({
    kind: 'file',
    name: asByteString(name),
    mode: 0o444,
    size: content.length,
    target: none,
    owner: { mtime: 1, uid: 0, gid: 0, uname: none, gname: none },
  });
  const tar = Buffer.alloc(archiveSize(header.length + paddedSize(content.length)));
  header.copy(tar);
  content.copy(tar, header.length);
  return tar;
}

/** Children come before their directory, whose mode would forbid writing them. */
function canonicalise(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) canonicalise(child);
    else if (entry.isFile()) chmodSync(child, statSync(child).mode & 0o111 ? 0o555 : 0o444);
    lutimesSync(child, 1, 1);
  }
  chmodSync(path, 0o555);
}

function makeWritable(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) makeWritable(join(directory, entry.name));
  }
}
