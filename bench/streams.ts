/** Docker archives as a stream. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { Closure } from './closure.js';
import { floorCommand, NO_CACHE, streamCommand } from './commands.js';
import { type Contender, catContender, type Pairing, walkContender } from './contenders.js';
import { quote } from './pipeline.js';
import { roomyTmpfs, type Site } from './site.js';

/** The name of the program as most users run it; other variants are named by their options. */
export const DEFAULT_VARIANT = 'layerstream';
export const SINGLE_PASS = 'layerstream --single-pass';

/** The ways in which layerstream is measured. */
const VARIANTS: readonly { readonly name: string; readonly options: readonly string[] }[] = [
  { name: DEFAULT_VARIANT, options: [] },
  { name: SINGLE_PASS, options: ['--single-pass'] },
];

/** All contenders with all sinks; then the floors. */
export function streamPairings(site: Site): Pairing[] {
  const { closure, archive } = site;
  const asked = closure.sinks.filter((sink) => site.sinks.includes(sink));
  const sinks = asked.filter((sink) => sink !== 'tmpfs' || roomyTmpfs(site, 'a file on tmpfs') !== undefined);
  const contenders = [catContender(archive), ...ourContenders(closure), ...peerContenders(site)];
  return [
    ...sinks.flatMap((sink) => contenders.map((contender) => ({ contender, sink }))),
    ...floorContenders(site).map((contender) => ({ contender, sink: 'none' as const })),
  ];
}

function ourContenders(closure: Closure): Contender[] {
  return VARIANTS.map(({ name, options }) => {
    return { name, role: 'ours', command: streamCommand(closure, [NO_CACHE, ...options]) };
  });
}

function floorContenders({ closure, archiveBytes }: Site): Contender[] {
  const floor = (name: string, args: string[]): Contender => ({ name, role: 'floor', command: floorCommand(args) });
  return [
    floor('SHA-256 alone', ['sha256', `${archiveBytes}`]),
    floor('read alone', ['read', closure.conf, closure.storeRoot]),
    walkContender(closure),
  ];
}

/** Peers read the store only at /nix/store: a chroot store is mounted there for them. */
function peerContenders({ closure, peers, leftOut }: Site): Contender[] {
  const inStore = (command: string): string =>
    closure.storeRoot === '' ? command : mounted(closure.storeRoot, command);
  const conf = quote(closure.conf);
  const contenders = peers.commands.map((name): Contender => {
    return { name, role: 'peer', command: inStore(name.replaceAll('{conf}', conf)) };
  });
  if (peers.reference !== undefined) {
    const command = inStore(`python3 ${quote(resolve(peers.reference))} ${conf}`);
    contenders.unshift({ name: 'reference script', role: 'reference', command });
  }
  if (contenders.length === 0 || canMount(closure)) return contenders;
  for (const { name } of contenders) {
    leftOut.push(`${name}: this store cannot be mounted at /nix/store for it, which takes user namespaces`);
  }
  return [];
}

/** Whether the store of a closure can be mounted for peers. */
function canMount({ storeRoot }: Closure): boolean {
  if (storeRoot === '') return true;
  try {
    execFileSync('bash', ['-c', mounted(storeRoot, 'true')], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Needs no root if the kernel allows user namespaces. */
function mounted(storeRoot: string, command: string): string {
  const inner = `mount --bind ${quote(`${storeRoot}/nix/store`)} /nix/store && ${command}`;
  return `unshare --user --map-root-user --mount -- sh -c ${quote(inner)}`;
}
