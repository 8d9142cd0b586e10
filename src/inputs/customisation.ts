/** The customisation layer: a tar that is ready, or a directory whose tree becomes the layer. */
import { join } from 'node:path';
import type { Conf } from '../config/model.js';
import { locate } from '../config/store-path.js';
import { closeFile, openRegularFile } from '../files/open.js';
import { readSmallFile } from '../files/small-file.js';
import { identityOf, lstatIfThere, statIfThere } from '../files/stat.js';
import { textToFsPath } from '../ground/bytestring.js';
import { systemReason } from '../ground/errors.js';
import { type Digest, parseDigest } from '../oci/digest.js';
import type { FileContent } from '../scan/spec.js';
import { onDisk } from './on-disk.js';
import type { LayerInput } from './plan.js';
import { absence } from './store.js';
import { customisationTree, type LookOptions } from './trees.js';

/** Bytes. A checksum has 65. */
const MAX_CHECKSUM = 4096;

export interface OpenCustomisation {
  readonly layers: readonly LayerInput[];
  close(): void;
}

/** Opens the customisation layer of either kind. What is wrong with it becomes an issue. */
export function openCustomisation(conf: Conf, { places, issues, mayMiss }: LookOptions): OpenCustomisation {
  const { kind, path } = conf.customisation;
  // A tree is named as it stands: its names in the layer come from there.
  const at = kind === 'tar' ? onDisk(path, places) : locate(path, places);
  const own = { origin: 'customisation', name: undefined, paths: [path], announced: undefined } as const;
  const close = (): void => {};
  if (mayMiss && absence(at) !== undefined) {
    return { layers: [{ ...own, source: { kind: 'missing', path: at } }], close };
  }
  const found = kind === 'tar' ? openReady(at, (name) => onDisk(join(path, name), places)) : treeFault(at);
  if (typeof found === 'string') {
    issues.push({ place: 'customisation_layer', message: found });
    return { layers: [], close };
  }
  if (found === undefined) {
    return { layers: [{ ...own, source: { kind: 'tree', spec: customisationTree(path, conf, places) } }], close };
  }
  const { content, checksum } = found;
  return {
    layers: [
      {
        ...own,
        source: { kind: 'tar', content },
        announced: { diffId: checksum, by: 'checksum', isTrusted: false },
      },
    ],
    close: () => closeFile(content.fd),
  };
}

interface ReadyTar {
  readonly content: FileContent;
  /** What the file `checksum` says. */
  readonly checksum: Digest;
}

/**
 * Opens a layer that is ready, whose files `find` finds; gives a text that says what is wrong instead if it cannot be
 * used.
 */
function openReady(at: string, find: (name: string) => string): ReadyTar | string {
  const fault = absence(at);
  if (fault !== undefined) return fault;
  try {
    if (!statIfThere(textToFsPath(at))?.isDirectory()) {
      return `expected a directory with layer.tar and checksum; ${at} is none`;
    }
    const checksum = readSmallFile(textToFsPath(find('checksum')), { maxSize: MAX_CHECKSUM, links: 'follow' });
    if (checksum.kind === 'missing') return `expected a directory with layer.tar and checksum; ${at} has no checksum`;
    const text = checksum.kind === 'read' ? checksum.bytes.toString('latin1').trim() : '';
    const announced = parseDigest(`sha256:${text}`);
    if (announced === undefined) return `expected 64 hex digits in ${at}/checksum`;
    const content = openTar(find('layer.tar'));
    return typeof content === 'string' ? content : { content, checksum: announced };
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
    return { kind: 'file', form: 'tar', fd, offset: 0, size: Number(size), device, inode, ctime, path };
  } catch (error) {
    closeFile(fd);
    throw error;
  }
}

/** What is wrong with a directory whose tree is to become the layer; undefined if nothing is. */
function treeFault(at: string): string | undefined {
  const fault = absence(at);
  if (fault !== undefined) return fault;
  if (!lstatIfThere(textToFsPath(at))?.isDirectory()) {
    return `expected a directory, whose tree becomes the last layer; ${at} is none`;
  }
  if (absence(join(at, 'layer.tar')) !== undefined || absence(join(at, 'checksum')) !== undefined) return undefined;
  return `${at} holds layer.tar and checksum, as current nixpkgs makes them, but the conf is of the first script's kind; give it "store_dir": "/nix/store" (and "mtime", "uid", "gid", "uname", "gname") to make it a current one`;
}
