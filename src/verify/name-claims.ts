/** The names that documents give to images: whether clients take them. */
import { readWrongNames } from '../oci/annotations.js';
import { parseImageName } from '../oci/image-name.js';
import type { Findings } from './findings.js';

/**
 * Of a docker-archive. Docker, Podman and containerd load no image whose name they refuse. Docker and Podman also refuse
 * a name without a tag, and Podman one with a digest.
 */
export function checkRepoTags(names: readonly string[], { mismatches, notes }: Findings): void {
  for (const name of names) {
    const [plain = '', digest] = name.split('@', 2);
    const given = `manifest.json gives the name ${JSON.stringify(name)}`;
    if (parseImageName(plain) === undefined) mismatches.push(`${given}, which clients refuse`);
    else if (plain.lastIndexOf(':') <= plain.lastIndexOf('/')) {
      notes.push(`${given} without a tag, which Docker and Podman refuse`);
    } else if (digest !== undefined) notes.push(`${given} with a digest, which Podman refuses`);
  }
}

/** Of an index. Whoever does not take the name can have the image by its digest. */
export function checkAnnotatedNames(
  { place, annotations }: { readonly place: string; readonly annotations: ReadonlyMap<string, string> },
  { notes }: Findings,
): void {
  for (const name of readWrongNames(annotations)) {
    notes.push(`${place} has the name ${JSON.stringify(name)}, which most clients refuse`);
  }
}
