/**
 * The byte source: the one place that turns what a layer is made of into the bytes of its tar.
 *
 * Every pass reads through it, so no two passes can disagree. It works synchronously and in any thread.
 */

import type { ByteRange } from '../ground/byte-target.js';
import type { FileContent, FileForm, TreeContent } from '../scan/spec.js';
import type { ByteSource } from './byte-source.js';
import { FileSource } from './file-source.js';
import { TreeSource } from './tree-source.js';

/** All that is needed to give a layer's bytes: plain data, fit to be sent to a worker. */
export type LayerContent = TreeContent | FileContent;

/** Whether a layer's bytes hold its tar compressed. */
export function isCompressed(
  content: LayerContent,
): content is FileContent & { readonly form: Exclude<FileForm, 'tar'> } {
  return content.kind === 'file' && content.form !== 'tar';
}

/** Opens a layer's bytes, or a range of them. The bytes before the range are not read. */
export function openSource(content: LayerContent, range: ByteRange = { start: 0, end: content.size }): ByteSource {
  return content.kind === 'tree' ? new TreeSource(content, range) : new FileSource(content, range);
}
