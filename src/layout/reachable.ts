import { join } from 'node:path';
import type { LayerstreamError } from '../ground/errors.js';
import type { JsonObject } from '../ground/json/value.js';
import { blobName } from '../oci/blob-name.js';
import { type Digest, digestOf, parseDigest } from '../oci/digest.js';
import { pointsToBlobs } from '../oci/media-types.js';
import { type Reference, readReferences, referencesOf } from '../oci/references.js';
import { blobPath } from './blobs.js';
import { layoutFault, readLayoutFile } from './files.js';
import { explain, indexPath } from './open.js';

const HINT = 'Nothing was removed. Mend or remove the entry of index.json that leads there.';

interface Step extends Reference {
  /** Whether `index.json` itself has it. */
  readonly isListed: boolean;
}

/**
 * The blobs that an index reaches, through whatever it lists.
 *
 * A manifest that is missing below another document reaches nothing: image-spec lets layouts lack blobs, Docker and
 * containerd export an index of many platforms with the manifests of one, and a `subject` need not exist.
 *
 * @throws {LayerstreamError} `LAYOUT_INVALID` where a document is of no known kind or cannot be read, so that what it
 *   reaches is unknown
 */
export function reachableBlobs(layout: string, index: JsonObject): ReadonlySet<Digest> {
  const reached = new Set<Digest>();
  const read = new Set<Digest>();
  const listed = explain(indexPath(layout), () => referencesOf(index));
  const steps: Step[] = listed.map((reference) => ({ ...reference, isListed: true }));
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    const digest = parseDigest(step.digest);
    if (digest !== undefined) reached.add(digest);
    const isManifest = pointsToBlobs(step.mediaType);
    if (step.role === 'content' && !isManifest) continue;
    if (!isManifest) throw unknown(layout, step, `of the unknown media type ${step.mediaType}`);
    if (digest === undefined) throw unknown(layout, step, 'not named by a SHA-256 digest');
    if (read.has(digest)) continue;
    read.add(digest);
    steps.push(...readChildren(layout, digest, step).map((child) => ({ ...child, isListed: false })));
  }
  return reached;
}

function readChildren(layout: string, digest: Digest, { isListed }: Step): Reference[] {
  const path = blobPath(layout, digest);
  const bytes = readLayoutFile(path);
  if (bytes === undefined && isListed) throw layoutFault(path, 'is missing, but index.json lists it', HINT);
  if (bytes === undefined) return [];
  if (digestOf(bytes) !== digest) throw layoutFault(path, 'does not have the digest that its name says', HINT);
  return explain(path, () => readReferences(bytes));
}

function unknown(layout: string, { digest }: Reference, what: string): LayerstreamError {
  const file = join(layout, blobName(digest));
  return layoutFault(file, `is ${what}, so what it needs is unknown`, HINT);
}
