import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { firstColumn, readDocument, sectionsOf } from './support/markdown.js';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/**
 * The folders of `src`, from top to bottom. An image is built in one direction, so each folder may import only folders
 * below its own. A new folder takes one line.
 */
const FOLDERS = [
  'cli',
  'api',
  'sinks',
  'pipeline',
  'image',
  'inputs',
  'describe',
  'verify',
  'cache',
  'events',
  'threads',
  'layer',
  'scan',
  'layout',
  'oci',
  'tar',
  'compression',
  'config',
  'files',
  'ground',
];

/** Which files may import which packages. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  piscina: /^threads\/pool\.ts$/,
  'zod/mini': /^(?:config|describe)\/schema\.ts$/,
  'tar-stream': /^tar\/archive\.ts$/,
  'echarts/charts': /^events\/report\/page\//,
  'echarts/components': /^events\/report\/page\/charts\.ts$/,
  'echarts/core': /^events\/report\/page\//,
  'echarts/features': /^events\/report\/page\/charts\.ts$/,
  'echarts/renderers': /^events\/report\/page\/charts\.ts$/,
  commander: /^cli\//,
  'cli-progress': /^cli\//,
};

/**
 * `files` is the one folder that uses the file system by itself. The exceptions read the program's own files, or
 * `/proc` and control groups, which the kernel provides; or they are the only user of a call.
 */
const FILE_SYSTEM_USERS: readonly RegExp[] = [
  /^files\//,
  // Its report's page.
  /^events\/report\/report\.ts$/,
  // Of `/proc` and control groups.
  /^threads\/(?:address-room|cores)\.ts$/,
  /^threads\/give-way\.ts$/,
  // The lock is an order of system calls, and what each of them fails with.
  /^layout\/lock\.ts$/,
  // The walk calls three functions for each of a million files; the kinds of files are named by their bits.
  /^scan\/(?:walk|entries)\.ts$/,
  // Whole files and streams that are read once, by Node's own means.
  /^cli\/read-conf\.ts$/,
  /^sinks\/oci-archive\.ts$/,
  /^verify\/(?:archive|directory)\.ts$/,
];

interface Import {
  readonly file: string;
  readonly from: string;
}

const imports = readImports();

test('each folder imports only folders below it', () => {
  for (const { file, from } of imports) {
    if (!from.startsWith('.')) continue;
    const [importer, imported] = [folderOf(file), folderOf(posix.join(dirname(file), from))];
    if (importer === imported || importer === undefined) continue;
    const [above, below] = [FOLDERS.indexOf(importer), FOLDERS.indexOf(imported ?? '')];
    assert.ok(below > above, `${file} must not import ${from}: ${imported} is not below ${importer}`);
  }
});

test('each folder is in the list, and no file is loose but the two entries', () => {
  const entries = readdirSync(SRC, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  assert.deepEqual(folders.sort(), FOLDERS.toSorted());
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  assert.deepEqual(files.sort(), ['cli.ts', 'index.ts']);
});

test('no two files import each other in a circle, types included', () => {
  const targets = new Map<string, string[]>();
  for (const { file, from } of imports) {
    if (!from.startsWith('.')) continue;
    const target = posix.join(dirname(file), from).replace(/\.js$/, '.ts');
    targets.set(file, [...(targets.get(file) ?? []), target]);
  }
  const finished = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    if (finished.has(file)) return;
    if (way.includes(file)) {
      circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
      return;
    }
    for (const target of targets.get(file) ?? []) visit(target, [...way, file]);
    finished.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  assert.deepEqual(circles, []);
});

test('the documentation has the same list', () => {
  const section = sectionsOf(readDocument('docs/architecture.md')).find(({ title }) => title === 'The folders');
  assert.deepEqual(firstColumn(section?.text ?? ''), FOLDERS);
});

test('each package has its one importer', () => {
  const used = new Set<string>();
  for (const { file, from } of imports) {
    if (from.startsWith('.') || from.startsWith('node:')) continue;
    assert.match(file, PACKAGES[from] ?? /^$/, `${file} must not import ${from}`);
    used.add(from);
  }
  assert.deepEqual([...used].sort(), Object.keys(PACKAGES).sort());
});

test('the file system is used by its folder, and by a few files with a reason', () => {
  const users = new Set(imports.flatMap(({ file, from }) => (/^node:fs(?:\/|$)/.test(from) ? [file] : [])));
  for (const file of users) {
    assert.ok(
      FILE_SYSTEM_USERS.some((pattern) => pattern.test(file)),
      `${file} must not import node:fs`,
    );
  }
  for (const pattern of FILE_SYSTEM_USERS) {
    assert.ok(
      [...users].some((file) => pattern.test(file)),
      `${pattern} has no use`,
    );
  }
});

test('each output is written to in one place, where names lose their control characters', () => {
  const writers = sources().filter(([, text]) => /\b(?:stderr|stdout)\.write\(|console\./.test(text));
  assert.deepEqual(
    writers.map(([file]) => file),
    ['cli/stderr.ts'],
  );
});

test('a noun behind a number fits it: `formatCount` and `exactCount` know both forms', () => {
  const nouns = [
    'byte',
    'layer',
    'entrie',
    'path',
    'file',
    'fault',
    'worker',
    'thread',
    'blob',
    'build',
    'conf',
    'day',
  ];
  const unfit = new RegExp(`\\$\\{([\\w.()[\\]]+)\\} (?:[a-z-]+ )?(?:${nouns.join('|')})s\\b`, 'g');
  const found = sources().flatMap(([, text]) => [...text.matchAll(unfit)].map(([, what]) => what));
  // Nouns behind words.
  assert.deepEqual(found.sort(), ['compression', 'file.name', 'verb']);
});

test('nothing in src names the folders of threads and tests in an import', () => {
  for (const { file, from } of imports) {
    if (!from.startsWith('.')) continue;
    assert.ok(!posix.join(dirname(file), from).startsWith('..'), `${file} imports ${from}, from outside src`);
  }
});

/** The files of src, and their texts. */
function sources(): [file: string, text: string][] {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  assert.ok(files.length > 40);
  return files.sort().map((file) => [file, readFileSync(join(SRC, file), 'utf8')]);
}

function readImports(): Import[] {
  return sources().flatMap(([file, text]) =>
    [...text.matchAll(/(?:\bfrom|\bimport\(?)\s*'([^']+)'/g)].map(([, from = '']) => ({
      file,
      from,
    })),
  );
}

/** Undefined for the entry files, which lie in no folder. */
function folderOf(file: string): string | undefined {
  return file.includes('/') ? file.split('/')[0] : undefined;
}
