import { descriptorKey, fileKey } from '../files/file-key.js';
import { LayerstreamError } from '../ground/errors.js';
import { readBaseReference } from '../inputs/base-layers.js';
import { isDescription } from '../inputs/described.js';
import { onDisk } from '../inputs/on-disk.js';
import type { NamedSource } from './read-conf.js';

const STDOUT = 1;

/** A file of a build, or the directory of a layout. */
export interface BuildFile {
  /** What messages call it. */
  readonly name: string;
  /** Undefined for standard output. */
  readonly path: string | undefined;
}

interface BuildFiles {
  /** Outputs that may not take the place of an input. */
  readonly outputs: readonly BuildFile[];
  /** A layout may be the base image as well: it keeps that. */
  readonly layout?: BuildFile | undefined;
  readonly inputs: readonly BuildFile[];
}

/**
 * No two outputs may be the same file, whatever names it has, and no output may be what the image is made from.
 *
 * @throws {LayerstreamError} `USAGE`
 */
export async function refuseConflicts({ outputs, layout, inputs }: BuildFiles): Promise<void> {
  const taken = new Map<string, string>();
  for (const { name, path } of inputs) if (path !== undefined) taken.set(await fileKey(path), name);
  const places = layout?.path === undefined ? undefined : { name: layout.name, key: await fileKey(layout.path) };
  for (const { name, path } of outputs) {
    const key = path === undefined ? descriptorKey(STDOUT) : await fileKey(path);
    const other = taken.get(key) ?? (places?.key === key ? places.name : undefined);
    if (other !== undefined) {
      throw new LayerstreamError('USAGE', `${name} and ${other} are the same file: ${path ?? 'standard output'}`, {
        path,
      });
    }
    taken.set(key, name);
  }
}

/** The archive that `--output` names, or standard output. */
export function archiveFile(output: string | undefined): BuildFile {
  return output === undefined || output === '-'
    ? { name: 'standard output', path: undefined }
    : { name: '--output', path: output };
}

/** The files that an image is made from, but for what is in the store. */
export function inputFiles({ source, name }: NamedSource, storeRoot: string | undefined): BuildFile[] {
  const conf = name === 'standard input' ? [] : [{ name: 'the conf', path: name }];
  if (isDescription(source) || source.fromImage === undefined) return conf;
  const places = { storeDir: source.storeDir, storeRoot: storeRoot ?? '' };
  const { path } = readBaseReference(source.fromImage, places);
  return [...conf, { name: 'the base image', path: onDisk(path, places) }];
}
