/** The customisation layer: a tar that stands ready, or a directory whose tree becomes the layer. */
import { join } from 'node:path';
import { closeFile, openRegularFile } from '../files/open.js';
import { readSmallFile } from '../files/small-file.js';
import { identityOf, lstatIfThere, statIfThere } from '../files/stat.js';
import { textToFsPath } from '../ground/bytestring.js';
import { systemReason } from '../ground/errors.js';
import { type Digest, parseDigest } from '../oci/digest.js';
import type { FileContent } from '../scan/spec.js';
import { absence } from './store.js';

/** Bytes. A checksum has 65. */
const MAX_CHECKSUM = 4096;

export interface ReadyInput {
  readonly paths: readonly string[];
  readonly content: FileContent;
  /** What `checksum` says. */
  readonly announced: Digest;
}

/** A path as the conf has it, and on disk. */
export interface CustomisationPath {
  readonly path: string;
  readonly at: string;
}

/** Opens a layer that stands ready; gives a text that says what is wrong instead if it cannot be used. */
export function openReady({ path, at }: CustomisationPath): ReadyInput | string {
  const fault = absence(at);
  if (fault !== undefined) return fault;
  try {
    if (!statIfThere(textToFsPath(at))?.isDirectory()) {
      return `expected a directory with layer.tar and checksum; ${at} is none`;
    }
    const checksum = readSmallFile(textToFsPath(join(at, 'checksum')), { maxSize: MAX_CHECKSUM, links: 'follow' });
    if (checksum.kind === 'missing') return `expected a directory with layer.tar and checksum; ${at} has no checksum`;
    const text = checksum.kind === 'read' ? checksum.bytes.toString('latin1').trim() : '';
    const announced = parseDigest(`sha256:${text}`);
    if (announced === undefined) return `expected 64 hex digits in ${at}/checksum`;
    const content = openTar(join(at, 'layer.tar'));
    return typeof content === 'string' ? content : { paths: [path], content, announced };
  } catch (error) {
    return `expected a directory with layer.tar and checksum; ${at}: ${systemReason(error)}`;
  }
}

/** @throws The system's error; then nothing stays open. */
function openTar(path: string): FileContent | string {
  const fd = openRegularFile(textToFsPath(path), { links: 'follow' });
  if (fd === undefined) return `expected ${path} to be a file`;
  try {
    const { device, inode, ctime, size } = identityOf(fd);
    return { kind: 'file', fd, offset: 0, size: Number(size), device, inode, ctime, path };
  } catch (error) {
    closeFile(fd);
    throw error;
  }
}

/** What is wrong with a directory whose tree is to become the layer; undefined if nothing is. */
export function treeFault(at: string): string | undefined {
  const fault = absence(at);
  if (fault !== undefined) return fault;
  if (!lstatIfThere(textToFsPath(at))?.isDirectory()) {
    return `expected a directory, whose tree becomes the last layer; ${at} is none`;
  }
  if (absence(join(at, 'layer.tar')) !== undefined || absence(join(at, 'checksum')) !== undefined) return undefined;
  return `${at} holds layer.tar and checksum, as current nixpkgs makes them, but the conf is of the first script's kind; give it "store_dir": "/nix/store" (and "mtime", "uid", "gid", "uname", "gname") to make it a current one`;
}
