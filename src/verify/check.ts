import type { Contents } from './contents.js';
import { checkDockerArchive } from './docker-claims.js';
import { checkLayout } from './layout-claims.js';
import type { ImageFormat, VerifiedImage, VerifyReport } from './report.js';

/** Checks all claims in files that were read. */
export function checkContents(contents: Contents): VerifyReport {
  const hasLayout = contents.get('oci-layout') !== undefined || contents.get('index.json') !== undefined;
  const hasManifest = contents.get('manifest.json') !== undefined;
  const formats: ImageFormat[] = [];
  if (hasManifest) formats.push('docker-archive');
  if (hasLayout) formats.push('oci-layout');
  if (formats.length === 0) {
    contents.findings.mismatches.push(
      'there is neither the manifest.json of a docker-archive nor the index.json of an OCI layout',
    );
  }
  const docker = hasManifest ? checkDockerArchive(contents) : { images: [], reached: new Set<string>() };
  const layout = hasLayout ? checkLayout(contents, docker.reached) : [];
  const { mismatches, unchecked, notes } = contents.findings;
  return {
    ok: mismatches.length === 0 && unchecked.length === 0,
    formats,
    images: merge(layout, docker.images),
    entries: contents.count,
    mismatches,
    unchecked,
    notes,
  };
}

/** An image that both list is reported once, with all its names. */
function merge(layout: readonly VerifiedImage[], docker: readonly VerifiedImage[]): VerifiedImage[] {
  const merged = [...layout];
  const places = new Map(layout.map(({ imageId }, i) => [imageId, i]));
  for (const image of docker) {
    const place = image.imageId === undefined ? undefined : places.get(image.imageId);
    const same = place === undefined ? undefined : merged[place];
    if (place === undefined || same === undefined) merged.push(image);
    else merged[place] = { ...same, names: [...new Set([...image.names, ...same.names])] };
  }
  return merged;
}
