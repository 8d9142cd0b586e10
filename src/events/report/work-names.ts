import type { WorkKind } from './model.js';

/** What a report and a trace call the kinds of work. */
export const WORK_NAMES: Readonly<Record<WorkKind, string>> = {
  scan: 'scan',
  digest: 'hash',
  read: 'read',
  write: 'write',
  blob: 'blob',
  compress: 'compress',
};
