/** Store paths as people read them. */

/** The store's directory with the hash, which is of no use to people, and the rest. */
const STORE_PATH = /^(?:.*?\/)?[0-9a-z]{32}-(?=.)/s;

/** `hello-2.12`; of a file below a store path, `hello-2.12/bin/hello`. What is no store path stays as it is. */
export function storeName(path: string): string {
  return path.replace(STORE_PATH, '');
}

/** The paths by their sizes, the largest first; in their own order where no sizes are known. */
export function largestFirst(paths: readonly string[], sizes: readonly number[] | undefined): readonly string[] {
  if (sizes === undefined) return paths;
  const sized = paths.map((path, i) => ({ path, size: sizes[i] ?? 0 }));
  return sized.sort((a, b) => b.size - a.size).map(({ path }) => path);
}
