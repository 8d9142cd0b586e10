import { readFile } from 'node:fs/promises';
import type { Recording } from '../recording.js';
import { analyse } from './analyse.js';
import { pageHtml } from './html.js';

/** A finished build's report: a page of HTML that needs nothing else. */
export async function formatReport(recording: Recording): Promise<string> {
  const [script, style] = await Promise.all(
    // What the page's code was bundled into.
    ['page.js', 'page.css'].map((name) => readFile(new URL(import.meta.resolve(`#report-page/${name}`)), 'utf8')),
  );
  return pageHtml(analyse(recording), { script: script ?? '', style: style ?? '' });
}
