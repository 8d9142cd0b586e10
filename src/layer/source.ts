/**
 * The byte source: the one place that turns what a layer is made of into the bytes of its tar.
 *
 * Every pass reads through it (hashing, streaming, hashing again), so no two passes can disagree. It works
 * synchronously and in any thread.
 */

import type { FileContent, TreeContent } from '../scan/spec.js';
import { FileSource } from './file-source.js';
import { TreeSource } from './tree-source.js';

/** All that is needed to give a layer's bytes: plain data, fit to be sent to a worker. */
export type LayerContent = TreeContent | FileContent;

export interface ByteSource {
  /**
   * Fills `target` from its start with the next bytes of the layer, and tells how many; fewer than fit only at the
   * layer's end, then 0. `target` is a whole number of blocks long.
   *
   * @throws {LayerstreamError} `PATH_CHANGED` or `READ_FAILED`, naming the file.
   */
  read(target: Uint8Array): number;
  /** The first file met whose size and inode are as they were listed, but whose ctime is not. */
  readonly touched: string | undefined;
  /** Closes what is open. May be called at any time, and twice. */
  close(): void;
}

export function openSource(content: LayerContent): ByteSource {
  return content.kind === 'tree' ? new TreeSource(content.spec, content.listings) : new FileSource(content);
}
