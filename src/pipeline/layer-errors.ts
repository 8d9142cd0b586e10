import { LayerstreamError } from '../ground/errors.js';
import { exactCount } from '../ground/format.js';
import type { LayerPlan } from '../inputs/plan.js';
import type { Digest } from '../oci/digest.js';

/** What a message says of a layer. */
interface NamedLayer {
  readonly plan: LayerPlan;
  readonly label: string;
}

export function digestMismatch({ plan, label }: NamedLayer, announced: Digest, found: Digest): LayerstreamError {
  const path = plan.paths[0] ?? '';
  switch (plan.announced?.by) {
    case 'checksum':
      return new LayerstreamError(
        'DIGEST_MISMATCH',
        `customisation layer ${path}: its checksum says ${announced}, but its layer.tar is ${found}`,
        { path, hint: 'The path is damaged: repair it, or build it again.' },
      );
    case 'description':
      return new LayerstreamError(
        'DIGEST_MISMATCH',
        `${label} is described as ${announced}, but its bytes are ${found}`,
        { hint: 'The paths are not those that were described, or one of both is damaged. Describe the image again.' },
      );
    default:
      return new LayerstreamError(
        'DIGEST_MISMATCH',
        `${label} was announced as ${announced}, but its bytes are ${found}`,
        { hint: 'The base image is damaged: make it again.' },
      );
  }
}

export function outputMismatch({ label }: NamedLayer, diffId: Digest, found: Digest): LayerstreamError {
  return new LayerstreamError('DIGEST_MISMATCH', `${label} was announced as ${diffId}, but its bytes are ${found}`, {
    hint: 'The input is damaged, or changed while the image was being built.',
  });
}

export function sizeMismatch({ label }: NamedLayer, expected: number, found: number): LayerstreamError {
  return new LayerstreamError(
    'DIGEST_MISMATCH',
    `${label} is described with ${exactCount(expected, 'byte')}, but has ${found}`,
    {
      hint: 'The paths are not those that were described. Describe the image again.',
    },
  );
}

export function pathMissing({ label, plan }: NamedLayer): LayerstreamError {
  const path = plan.source.kind === 'missing' ? plan.source.path : '';
  return new LayerstreamError('PATH_MISSING', `${label} is only described: ${path} does not exist`, {
    path,
    hint: 'Its bytes are needed here. Fetch the path (`nix-store --realise`), or go where it is.',
  });
}
