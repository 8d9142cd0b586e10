import { storeNamePrefix } from '../config/store-path.js';
import type { Places } from './store.js';

/** As many paths as fit a command that people read. */
const MAX_SHOWN = 3;

/** What brings store paths here that are missing; undefined if none of the paths is one. */
export function bringHint(paths: readonly string[], { storeDir, storeRoot }: Places): string | undefined {
  const wanted = [
    ...new Set(paths.filter((path) => path.startsWith(`${storeDir}/`)).map((path) => storeNamePrefix(path, storeDir))),
  ];
  if (wanted.length === 0) return undefined;
  const store = storeRoot === '' ? '' : ` --store ${storeRoot}`;
  const shown = [...wanted.slice(0, MAX_SHOWN), ...(wanted.length > MAX_SHOWN ? ['…'] : [])].join(' ');
  const elsewhere = storeRoot === '' ? ', or use --store-root if the store lies below another directory' : '';
  return `Bring ${wanted.length === 1 ? 'it' : 'them'} here with \`nix-store${store} --realise ${shown}\`${elsewhere}.`;
}
