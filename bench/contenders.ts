/** Who is measured. */
import type { Closure } from './closure.js';
import { floorCommand } from './commands.js';
import { quote, type Sink } from './pipeline.js';

/** A `floor` is a part of the work alone and writes nothing; all others write the image. */
export type Role = 'cat' | 'ours' | 'reference' | 'peer' | 'floor';

export interface Contender {
  readonly name: string;
  readonly role: Role;
  /** In the shell's language. */
  readonly command: string;
  /** Contenders of the same subject, by name: what this one took is told as a multiple of what they took together. */
  readonly beside?: readonly string[];
  /** What the command writes by itself, removed after each run. */
  readonly output?: string;
  /** Called after each run, where only a part of it counts, and the command tells which: gives its seconds. */
  readonly readSeconds?: () => number;
}

export interface Pairing {
  readonly contender: Contender;
  readonly sink: Sink;
}

/** Contenders that move no bytes, or none to tell a rate of. */
export const WALK = 'walk alone';
export const OCI_AGAIN = 'layerstream oci, again';

export const CAT = 'cat of the archive';

export function catContender(archive: string): Contender {
  return { name: CAT, role: 'cat', command: `cat ${quote(archive)}` };
}

/** Goes through all trees in one thread. */
export function walkContender({ conf, storeRoot }: Closure): Contender {
  return { name: WALK, role: 'floor', command: floorCommand(['walk', conf, storeRoot]) };
}
