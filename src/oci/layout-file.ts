/** The `oci-layout` file, which marks a directory as a layout (OCI image-spec, image-layout.md, "oci-layout file"). */
import { type Document, DocumentError, makeDocument, object, readObject } from './document.js';

/** The only version of layouts that there is. */
export const LAYOUT_VERSION = '1.0.0';

export function makeLayoutFile(): Document {
  return makeDocument(object({ imageLayoutVersion: LAYOUT_VERSION }));
}

/** Reads the version, which need not be a known one. @throws {DocumentError} */
export function readLayoutVersion(bytes: Uint8Array): string {
  const version = readObject(bytes).get('imageLayoutVersion');
  if (typeof version !== 'string') throw new DocumentError('has no imageLayoutVersion');
  return version;
}
