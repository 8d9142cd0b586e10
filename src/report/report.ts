import { readFile } from 'node:fs/promises';
import type { Recording } from '../recording.js';
import { analyse } from './analyse.js';
import { pageHtml } from './html.js';

/** What the page's code was bundled into. */
const ASSETS = new URL('./page/', import.meta.url);

/** A finished build's report: a page of HTML that needs nothing else. */
export async function formatReport(recording: Recording): Promise<string> {
  const [script, style] = await Promise.all(
    ['page.js', 'page.css'].map((name) => readFile(new URL(name, ASSETS), 'utf8')),
  );
  return pageHtml(analyse(recording), { script: script ?? '', style: style ?? '' });
}
