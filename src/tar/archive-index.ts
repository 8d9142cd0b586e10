import { dirname, join } from 'node:path/posix';
import type { ArchiveEntry } from './archive.js';

const MAX_LINKS = 40;

/** The part of an entry that an index needs. */
export type IndexedEntry = Pick<ArchiveEntry, 'name' | 'linkName'> & { readonly type: string | null | undefined };

/** Entries of an archive by name. Of several with one name the last counts, as in `tar`. */
export class ArchiveIndex<E extends IndexedEntry = ArchiveEntry> {
  readonly #entries = new Map<string, E>();

  add(entry: E): void {
    this.#entries.set(plainName(entry.name), entry);
  }

  /** The entry of this name, whatever its type; links are not followed. */
  get(name: string): E | undefined {
    return this.#entries.get(plainName(name));
  }

  /** All entries, each name once, in the order in which the names first appeared. */
  get entries(): Iterable<E> {
    return this.#entries.values();
  }

  /** The regular file that a name leads to, through links; undefined if there is none. */
  find(name: string): E | undefined {
    let at = plainName(name);
    for (let hops = 0; hops < MAX_LINKS; hops++) {
      const entry = this.#entries.get(at);
      if (entry?.type === 'symlink') at = plainName(targetOf(at, entry.linkName));
      else if (entry?.type === 'link') at = plainName(entry.linkName);
      else return entry?.type === 'file' || entry?.type === 'contiguous-file' ? entry : undefined;
    }
    return undefined;
  }
}

function targetOf(at: string, linkName: string): string {
  return linkName.startsWith('/') ? linkName : join(dirname(at), linkName);
}

/** As unpacking finds it: without a root, without `.` as a part, and without doubled slashes. */
export function plainName(name: string): string {
  return name.replace(/^(?:\.?\/+)+/, '').replace(/\/(?:\.?\/)+/g, '/');
}
