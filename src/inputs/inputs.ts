/**
 * All that a build reads, checked before any work starts, and opened where it must not change any more.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Conf, Ownership } from '../config/model.js';
import { invalid } from '../config/parse.js';
import { locate, storeNamePrefix } from '../config/store-path.js';
import { asByteString, textToByteString, textToFsPath } from '../ground/bytestring.js';
import { type ConfIssue, LayerstreamError, systemReason } from '../ground/errors.js';
import { type Digest, parseDigest } from '../oci/digest.js';
import type { FileContent, SpecOwnership, TreeSpec } from '../scan/spec.js';
import { type BaseImage, openBaseImage } from './base-image.js';
import { readOwnerNames } from './owner-names.js';

/** A fifo in a file's place must not block the thread. */
const NO_WAIT = constants.O_RDONLY | constants.O_NONBLOCK;

export interface BuildInputs {
  readonly base: BaseImage | undefined;
  /** Layers made of store paths, in order. */
  readonly trees: readonly TreeInput[];
  /** The customisation layer, where it stands ready. */
  readonly ready: ReadyInput | undefined;
  close(): void;
}

export interface TreeInput {
  readonly paths: readonly string[];
  readonly spec: TreeSpec;
}

export interface ReadyInput {
  readonly paths: readonly string[];
  readonly content: FileContent;
  /** What `checksum` says. */
  readonly announced: Digest;
}

export interface InputOptions {
  /** A directory below which the store lies; empty for none. */
  readonly storeRoot: string;
  /** How the conf is named in messages. */
  readonly source: string;
}

/**
 * @throws {LayerstreamError} `CONF_INVALID` with all that is missing or malformed in the store; `INPUT_INVALID` for
 * the base image; `USAGE` for a store root that is no directory.
 */
export async function openInputs(conf: Conf, options: InputOptions): Promise<BuildInputs> {
  checkStoreRoot(options.storeRoot);
  const places = { storeDir: conf.storeDir, storeRoot: options.storeRoot.replace(/\/+$/, '') };
  const issues = missingPaths(conf, places);
  const ready = conf.customisation.kind === 'tar' ? openReady(conf.customisation.path, places, issues) : undefined;
  if (conf.customisation.kind === 'tree') checkCustomisationTree(conf.customisation.path, places, issues);
  const closeReady = (): void => {
    if (ready !== undefined) closeSync(ready.content.fd);
  };
  try {
    const base = await openBase(conf.fromImage, places, issues);
    if (issues.length > 0) {
      base?.close();
      throw invalid(options.source, issues);
    }
    const close = (): void => {
      base?.close();
      closeReady();
    };
    return { base, trees: makeTrees(conf, places.storeRoot), ready, close };
  } catch (error) {
    closeReady();
    throw error;
  }
}

/** A base image's fault is told as it is if it is the only one, else among the others. */
async function openBase(path: string | undefined, places: Places, issues: ConfIssue[]): Promise<BaseImage | undefined> {
  if (path === undefined) return undefined;
  try {
    return await openBaseImage(locate(path, places));
  } catch (error) {
    if (issues.length === 0 || !(error instanceof LayerstreamError)) throw error;
    issues.push({ place: 'from_image', message: error.message });
    return undefined;
  }
}

/** Said once, rather than of each path. */
function checkStoreRoot(path: string): void {
  if (path === '') return;
  let reason = 'it is not a directory';
  try {
    if (statSync(path).isDirectory()) return;
  } catch (error) {
    reason = systemReason(error);
  }
  throw new LayerstreamError('USAGE', `store root ${path} cannot be used: ${reason}`, { path });
}

interface Places {
  readonly storeDir: string;
  readonly storeRoot: string;
}

function missingPaths(conf: Conf, places: Places): ConfIssue[] {
  const issues: ConfIssue[] = [];
  conf.storeLayers.forEach((paths, layer) => {
    paths.forEach((path, i) => {
      const fault = lookAt(locate(path, places));
      if (fault !== undefined) issues.push({ place: `store_layers[${layer}][${i}]`, message: fault });
    });
  });
  return issues;
}

/** Why there is nothing at a path; undefined where there is. */
function lookAt(path: string): string | undefined {
  try {
    const found = lstatSync(textToFsPath(path), { throwIfNoEntry: false });
    return found === undefined ? `${path} does not exist` : undefined;
  } catch (error) {
    return `${path} cannot be read: ${systemReason(error)}`;
  }
}

function checkCustomisationTree(path: string, places: Places, issues: ConfIssue[]): void {
  const place = 'customisation_layer';
  const at = locate(path, places);
  const fault = lookAt(at);
  if (fault !== undefined) {
    issues.push({ place, message: fault });
    return;
  }
  const kind = lstatSync(textToFsPath(at));
  if (!kind.isDirectory()) {
    issues.push({ place, message: `expected a directory, whose tree becomes the last layer; ${at} is none` });
  } else if (exists(join(at, 'layer.tar')) && exists(join(at, 'checksum'))) {
    const message = `${at} holds layer.tar and checksum, as current nixpkgs makes them, but the conf is of the first script's kind; give it "store_dir": "/nix/store" (and "mtime", "uid", "gid", "uname", "gname") to make it a current one`;
    issues.push({ place, message });
  }
}

function openReady(path: string, places: Places, issues: ConfIssue[]): ReadyInput | undefined {
  const at = locate(path, places);
  const report = (message: string): undefined => {
    issues.push({ place: 'customisation_layer', message });
    return undefined;
  };
  const fault = lookAt(at);
  if (fault !== undefined) return report(fault);
  let fd: number | undefined;
  try {
    if (!statSync(textToFsPath(at)).isDirectory())
      return report(`expected a directory with layer.tar and checksum; ${at} is none`);
    const checksum = readText(join(at, 'checksum')).trim();
    const announced = parseDigest(`sha256:${checksum}`);
    if (announced === undefined) return report(`expected 64 hex digits in ${at}/checksum`);
    const tar = join(at, 'layer.tar');
    fd = openSync(textToFsPath(tar), NO_WAIT);
    const stat = fstatSync(fd, { bigint: true });
    if (!stat.isFile()) {
      closeSync(fd);
      return report(`expected ${tar} to be a file`);
    }
    const seen = { device: stat.dev, inode: stat.ino, ctime: stat.ctimeNs };
    const content = { kind: 'file', fd, offset: 0, size: Number(stat.size), ...seen, path: tar } as const;
    return { paths: [path], content, announced };
  } catch (error) {
    return report(`expected a directory with layer.tar and checksum; ${at}: ${systemReason(error)}`);
  }
}

function readText(path: string): string {
  const fd = openSync(textToFsPath(path), NO_WAIT);
  try {
    return readFileSync(fd, 'latin1');
  } finally {
    closeSync(fd);
  }
}

function exists(path: string): boolean {
  return lstatSync(textToFsPath(path), { throwIfNoEntry: false }) !== undefined;
}

function makeTrees(conf: Conf, storeRoot: string): TreeInput[] {
  const root = textToByteString(storeRoot);
  const ownership = specOwnership(conf.ownership);
  const none = asByteString('');
  const trees = conf.storeLayers.map(
    (paths): TreeInput => ({
      paths,
      spec: { paths: paths.map(textToByteString), root, cut: none, parents: 'store-parents', ownership },
    }),
  );
  if (conf.customisation.kind !== 'tree') return trees;
  const { path } = conf.customisation;
  const cut = textToByteString(storeNamePrefix(path, conf.storeDir));
  return [
    ...trees,
    { paths: [path], spec: { paths: [textToByteString(path)], root, cut, parents: 'none', ownership } },
  ];
}

function specOwnership(ownership: Ownership): SpecOwnership {
  if (ownership.kind === 'fixed') {
    return { ...ownership, uname: textToByteString(ownership.uname), gname: textToByteString(ownership.gname) };
  }
  return { kind: 'from-files', users: readOwnerNames('/etc/passwd'), groups: readOwnerNames('/etc/group') };
}
