import { storeName } from '../../../ground/store-name.js';
import type { Report, ReportLayer, WorkKind } from '../model.js';
import { WORK_NAMES } from '../work-names.js';
import { el } from './dom.js';

/** In the order in which a layer goes through them. */
const KINDS = ['scan', 'digest', 'read', 'write', 'blob', 'compress'] as const satisfies readonly WorkKind[];

/** The kinds that a report has tasks of. */
export function kindsIn({ tasks }: Report): readonly WorkKind[] {
  return KINDS.filter((kind) => tasks.some((task) => task.kind === kind));
}

/** `hash layer 3`; people count layers from 1. */
export function nameWork(kind: WorkKind, layer: number): string {
  return `${WORK_NAMES[kind]} layer ${layer + 1}`;
}

/** A path without what is of no use to people; the whole of it shows under the pointer. */
export function showPath(path: string): HTMLElement {
  return el('span', { class: 'path', title: path }, [storeName(path)]);
}

/** `< 1 ms`, `15 ms`, `2.34 s`. */
export function formatTime(milliseconds: number): string {
  if (milliseconds < 0.5) return '< 1 ms';
  return milliseconds < 999.5 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** Whether this build had to write it into a layout, or else to hash it. */
export function isNew({ blob, isKnown }: ReportLayer): boolean {
  return blob === undefined ? !isKnown : blob.outcome === 'written';
}
