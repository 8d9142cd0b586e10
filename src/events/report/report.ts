import { readFile } from 'node:fs/promises';
import type { Recording } from '../recording.js';
import { analyse } from './analyse.js';
import type { Report } from './model.js';

/** The page may load nothing (W3C, "Content Security Policy Level 3"). */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** The report of a finished build: a page of HTML that needs no other file. */
export async function formatReport(recording: Recording): Promise<string> {
  const [script, style] = await Promise.all(
    // The bundle of the page's code, and its style sheet.
    ['page.js', 'page.css'].map((name) => readFile(new URL(import.meta.resolve(`#report-page/${name}`)), 'utf8')),
  );
  return pageHtml(analyse(recording), { script: script ?? '', style: style ?? '' });
}

/** The page before its script fills it from the data. */
export function pageHtml(report: Report, { script, style }: { script: string; style: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escapeHtml(report.names.join(', '))} – layerstream report</title>
<style>${style}</style>
</head>
<body>
<noscript><p>This report is drawn by a script of its own. It needs JavaScript, and no network.</p></noscript>
<script type="application/json" id="report">${escapeJson(report)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** JSON that cannot end its script element: each `<` is escaped. */
function escapeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
