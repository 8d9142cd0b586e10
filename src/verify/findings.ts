/** What is found out about an image: what does not hold, what is worth a remark, and what could not be checked. */
import { formatCount } from '../ground/format.js';

/** Why things of one kind could not be checked. */
export interface Gap {
  /** The kind, for one of them and for many: `zstd layer`, `zstd layers`. */
  readonly one: string;
  readonly many: string;
  /** What would be needed, or what stands in the way. */
  readonly why: string;
}

export class Findings {
  readonly mismatches: string[] = [];
  readonly notes: string[] = [];
  /** By the text of the gap: what is left out is told once, however much it is. */
  readonly #gaps = new Map<string, { readonly gap: Gap; readonly names: Set<string> }>();

  /** Notes that something was not checked. What has the same name counts once. */
  leaveOut(gap: Gap, name: string): void {
    const key = `${gap.many} ${gap.why}`;
    const known = this.#gaps.get(key);
    if (known === undefined) this.#gaps.set(key, { gap, names: new Set([name]) });
    else known.names.add(name);
  }

  /** `41 zstd layers not checked (needs Node.js 22.15 or newer)`: one line for each gap. */
  get unchecked(): string[] {
    return [...this.#gaps.values()].map(({ gap: { one, many, why }, names }) => {
      return `${formatCount(names.size, one, many)} not checked (${why})`;
    });
  }
}
