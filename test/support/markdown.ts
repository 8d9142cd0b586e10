/** Reads this project's documents: those parts of Markdown that they use. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

/** Paths of all documents, from the project's folder. */
export function documentPaths(): string[] {
  return ['README.md', 'bench/README.md', ...readdirSync(join(PROJECT, 'docs')).map((name) => join('docs', name))];
}

export function readDocument(path: string): string {
  return readFileSync(join(PROJECT, path), 'utf8');
}

/** The text without its blocks of code, in which a `#` begins a comment. */
export function proseOf(text: string): string {
  return text.replace(/^```.*?^```$/gms, '');
}

/** Blocks of code of one language, in order. */
export function codeBlocks(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\S*)\n(.*?)^```$/gms)].flatMap(([, name, code = '']) =>
    name === language ? code : [],
  );
}

/** Targets of links and images. */
export function linkTargets(text: string): string[] {
  const prose = proseOf(text).replace(/`[^`]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** What GitHub calls the headings, for links to them. */
export function anchorsOf(text: string): string[] {
  return headingsOf(text).map(({ title }) => anchorOf(title));
}

export interface Section {
  readonly title: string;
  readonly text: string;
}

/** Each heading of whatever level, with the text up to the next. */
export function sectionsOf(text: string): Section[] {
  const prose = proseOf(text);
  const headings = headingsOf(text);
  return headings.map(({ title, end }, i) => ({ title, text: prose.slice(end, headings[i + 1]?.start) }));
}

/** The cells of the first column of a text's tables that are code, without the backquotes. */
export function firstColumn(text: string): string[] {
  return [...text.matchAll(/^\| `([^`]+)`[^|]*\|/gm)].map(([, cell = '']) => cell);
}

export function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

function headingsOf(text: string): { title: string; start: number; end: number }[] {
  return [...proseOf(text).matchAll(/^#{1,6} (.+)$/gm)].map((match) => ({
    title: match[1] ?? '',
    start: match.index,
    end: match.index + match[0].length,
  }));
}
