import type { Report, WorkKind } from '../model.js';
import { el } from './dom.js';

/** The page's names for the kinds of work, in the order in which a layer goes through them. */
export const KIND_NAMES: Readonly<Record<WorkKind, string>> = {
  scan: 'scan',
  digest: 'hash',
  read: 'read',
  write: 'write',
  blob: 'blob',
  compress: 'compress',
};

const KINDS = ['scan', 'digest', 'read', 'write', 'blob', 'compress'] as const satisfies readonly WorkKind[];

/** The kinds that a report has tasks of. */
export function kindsIn({ tasks }: Report): readonly WorkKind[] {
  return KINDS.filter((kind) => tasks.some((task) => task.kind === kind));
}

/** `hash layer 3`; people count layers from 1. */
export function nameWork(kind: WorkKind, layer: number): string {
  return `${KIND_NAMES[kind]} layer ${layer + 1}`;
}

/** The store's directory with the hash, which is of no use to people, and the rest. */
const STORE_PATH = /^(.*?\/[0-9a-z]{32}-)(.+)$/s;

/** `hello-2.12`. */
export function shortPath(path: string): string {
  return STORE_PATH.exec(path)?.[2] ?? path;
}

/** A path whose useful part stands out; a copy of it is whole. */
export function showPath(path: string): HTMLElement {
  const [, prefix, rest] = STORE_PATH.exec(path) ?? [];
  if (prefix === undefined || rest === undefined) return el('span', { class: 'path' }, [path]);
  return el('span', { class: 'path', title: path }, [el('span', { class: 'prefix' }, [prefix]), rest]);
}

/** `15 ms`, `2.34 s`. */
export function formatTime(milliseconds: number): string {
  if (milliseconds < 0.5) return '0';
  return milliseconds < 999.5 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}
