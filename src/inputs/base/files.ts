/** The files of a base image by name: entries of an archive, or files of a directory. */
import { readFully } from '../../files/read.js';
import { systemReason } from '../../ground/errors.js';
import { exactCount } from '../../ground/format.js';
import { DocumentError } from '../../oci/document.js';
import type { FilePart } from '../../scan/spec.js';
import { type BaseFormat, malformed } from './errors.js';

/** No index, manifest or image config of the real world comes near this many bytes. */
const MAX_DOCUMENT = 64 * 1024 * 1024;

export interface BaseFiles {
  /** Of the base image, for messages. */
  readonly path: string;
  /** The place of a file's bytes; or why it cannot be read, in words that follow its name. Undefined if it is missing. */
  find(name: string): FilePart | string | undefined;
  close(): void;
}

/** Reads a document that the base image must have. @throws {LayerstreamError} `INPUT_INVALID` */
export function readDocumentOf<T>(
  files: BaseFiles,
  { name, format }: { readonly name: string; readonly format: BaseFormat },
  read: (bytes: Uint8Array) => T,
): T {
  const found = files.find(name);
  if (found === undefined) throw malformed(files, format, `it has no ${name}`);
  if (typeof found === 'string') throw malformed(files, format, `its ${name} ${found}`);
  if (found.size > MAX_DOCUMENT)
    throw malformed(files, format, `its ${name} is ${exactCount(found.size, 'byte')} long`);
  const bytes = Buffer.alloc(found.size);
  let length: number;
  try {
    length = readFully(found.fd, { target: bytes, at: 0, length: bytes.length, position: found.offset });
  } catch (error) {
    throw malformed(files, format, `its ${name} cannot be read: ${systemReason(error)}`, error);
  }
  try {
    return read(bytes.subarray(0, length));
  } catch (error) {
    throw error instanceof DocumentError ? malformed(files, format, `its ${name} ${error.message}`) : error;
  }
}
