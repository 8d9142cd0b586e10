/** The commands that are compared. */
import type { Closure } from './closure.js';
import { floorCommand } from './commands.js';
import { quote, type Sink } from './pipeline.js';

/** A `floor` does only a part of the work and writes nothing; all others write the image. */
export type Role = 'cat' | 'ours' | 'reference' | 'peer' | 'floor';

export interface Contender {
  readonly name: string;
  readonly role: Role;
  /** Shell text. */
  readonly command: string;
  /** Contenders of the same subject, by name: the result is shown as a multiple of their times added up. */
  readonly beside?: readonly string[];
  /** What the command itself writes; removed after each run. */
  readonly output?: string;
  /** If only a part of a run counts: called after it, returns the seconds of that part. */
  readonly readSeconds?: () => number;
}

export interface Pairing {
  readonly contender: Contender;
  readonly sink: Sink;
}

/** Contenders that have no rate, since they move no bytes, or only a few. */
export const WALK = 'walk alone';
export const OCI_AGAIN = 'layerstream oci, again';

export const CAT = 'cat of the archive';

export function catContender(archive: string): Contender {
  return { name: CAT, role: 'cat', command: `cat ${quote(archive)}` };
}

/** Walks all trees in one thread. */
export function walkContender({ conf, storeRoot }: Closure): Contender {
  return { name: WALK, role: 'floor', command: floorCommand(['walk', conf, storeRoot]) };
}
