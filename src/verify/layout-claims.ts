/** The claims of an OCI image layout: its version, and all that its index leads to. */
import { LAYOUT_VERSION, readLayoutVersion } from '../oci/layout-file.js';
import type { Contents } from './contents.js';
import { IndexWalk } from './index-walk.js';
import type { VerifiedImage } from './report.js';

/**
 * Compares what a layout says of its blobs with the blobs. `alsoReached` are names of blobs that a `manifest.json`
 * leads to.
 */
export function checkLayout(contents: Contents, alsoReached: ReadonlySet<string>): VerifiedImage[] {
  checkVersion(contents);
  const index = contents.find('index.json');
  if (index === undefined) {
    if (contents.get('index.json') === undefined) contents.findings.mismatches.push('index.json is missing');
    return [];
  }
  const walk = new IndexWalk(contents);
  if (walk.run(index)) walk.blobs.noteUnreached(alsoReached);
  return walk.images;
}

function checkVersion(contents: Contents): void {
  const file = contents.find('oci-layout');
  if (file === undefined) {
    if (contents.get('oci-layout') === undefined) contents.findings.mismatches.push('oci-layout is missing');
    return;
  }
  const version = contents.read(file, readLayoutVersion);
  if (version === undefined || version === LAYOUT_VERSION) return;
  contents.findings.mismatches.push(
    `oci-layout is of the version ${JSON.stringify(version)}, and only ${LAYOUT_VERSION} is known`,
  );
}
