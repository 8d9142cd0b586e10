import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/**
 * Who may import whom. A unit is a folder of `src`, or a file that lies in no folder. Image building flows one way
 * (conf, layers, image, sinks), with the threads at the edge; so each unit may use only units above its own line.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  bytestring: [],
  'byte-target': [],
  'guarded-target': ['byte-target', 'errors'],
  timing: [],
  deferred: [],
  format: [],
  json: [],
  config: ['bytestring', 'errors', 'json'],
  compression: ['errors'],
  tar: ['byte-target', 'bytestring', 'errors'],
  oci: ['compression', 'json'],
  layer: ['byte-target', 'bytestring', 'errors', 'oci', 'tar'],
  cache: ['errors', 'layer', 'oci'],
  output: ['byte-target', 'errors'],
  layout: ['errors', 'json', 'oci', 'output'],
  base: ['bytestring', 'errors', 'json', 'layer', 'oci', 'output', 'tar'],
  sinks: ['byte-target', 'layout', 'oci', 'tar'],
  verify: ['errors', 'layer', 'oci', 'tar'],
  pool: ['byte-target', 'compression', 'deferred', 'errors', 'layer', 'oci', 'output', 'timing'],
  events: ['layer', 'oci', 'timing'],
  recording: ['events', 'timing'],
  threads: ['events'],
  trace: ['events', 'recording', 'threads', 'timing'],
  report: ['events', 'format', 'recording', 'threads', 'timing'],
  inputs: ['base', 'bytestring', 'config', 'errors', 'layer', 'oci'],
  build: [
    'base',
    'byte-target',
    'cache',
    'compression',
    'config',
    'deferred',
    'errors',
    'events',
    'guarded-target',
    'inputs',
    'layer',
    'oci',
    'pool',
    'sinks',
    'timing',
  ],
  describe: ['build', 'cache', 'config', 'errors', 'json', 'oci', 'pool', 'sinks'],
  api: ['build', 'config', 'deferred', 'errors', 'events', 'output', 'pool'],
  'oci-api': [
    'build',
    'byte-target',
    'config',
    'errors',
    'events',
    'guarded-target',
    'layout',
    'oci',
    'output',
    'pool',
    'sinks',
  ],
  index: [
    'api',
    'build',
    'byte-target',
    'compression',
    'config',
    'describe',
    'errors',
    'events',
    'json',
    'layer',
    'oci',
    'oci-api',
    'recording',
    'report',
    'timing',
    'trace',
    'verify',
  ],
  cli: [
    'api',
    'cache',
    'compression',
    'config',
    'describe',
    'errors',
    'events',
    'format',
    'oci-api',
    'output',
    'pool',
    'recording',
    'report',
    'trace',
    'verify',
  ],
};

/** Which files may import which packages. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  piscina: /^pool\/pool\.ts$/,
  'zod/mini': /^(?:config|describe)\/schema\.ts$/,
  'tar-stream': /^tar\/archive\.ts$/,
  'echarts/charts': /^report\/page\//,
  'echarts/components': /^report\/page\/charts\.ts$/,
  'echarts/core': /^report\/page\//,
  'echarts/features': /^report\/page\/charts\.ts$/,
  'echarts/renderers': /^report\/page\/charts\.ts$/,
  commander: /^cli\//,
  'cli-progress': /^cli\//,
};

interface Import {
  readonly file: string;
  readonly from: string;
}

const imports = readImports();

test('units import only what lies before them', () => {
  const found = new Map<string, Set<string>>();
  for (const { file, from } of imports) {
    if (!from.startsWith('.')) continue;
    const [importer, imported] = [unitOf(file), unitOf(posix.join(dirname(file), from))];
    if (importer !== imported) found.set(importer, (found.get(importer) ?? new Set()).add(imported));
  }
  for (const [unit, used] of found) {
    const allowed = MAY_IMPORT[unit];
    assert.ok(allowed !== undefined, `${unit} is not in the table of who may import whom`);
    for (const other of used) assert.ok(allowed.includes(other), `${unit} must not import ${other}`);
  }
  for (const [unit, allowed] of Object.entries(MAY_IMPORT)) {
    for (const other of allowed)
      assert.ok(found.get(unit)?.has(other), `${unit} no longer imports ${other}: strike it`);
  }
});

test('the table has no cycle', () => {
  const before = new Set<string>();
  for (const [unit, allowed] of Object.entries(MAY_IMPORT)) {
    for (const other of allowed) assert.ok(before.has(other), `${unit} may import ${other}, which comes after it`);
    before.add(unit);
  }
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

test('nothing in src names the folders of threads and tests in an import', () => {
  for (const { file, from } of imports) {
    if (!from.startsWith('.')) continue;
    assert.ok(!posix.join(dirname(file), from).startsWith('..'), `${file} imports ${from}, from outside src`);
  }
});

function readImports(): Import[] {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  assert.ok(files.length > 40);
  return files.flatMap((file) =>
    [...readFileSync(join(SRC, file), 'utf8').matchAll(/(?:\bfrom|\bimport\(?)\s*'([^']+)'/g)].map(([, from = '']) => ({
      file,
      from,
    })),
  );
}

function unitOf(file: string): string {
  return (file.split('/')[0] ?? file).replace(/\.[jt]s$/, '');
}
