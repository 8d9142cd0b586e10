/**
 * Makes few files of many, behind tsc: the program and each kind of thread become one file apiece, in the place of what
 * tsc wrote there, and the page of a report one script and one style sheet. To load a hundred modules took longer than
 * to build a small image.
 */
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

const SHARED = { bundle: true, logLevel: 'warning' };

const FOR_NODE = { ...SHARED, outbase: 'dist', outdir: 'dist', platform: 'node', target: 'node20' };

/** CommonJS packages ask for Node.js's own modules so. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

const WORKERS = ['layer', 'reader', 'hasher'].map((name) => `dist/workers/${name}.js`);

await Promise.all([
  build({
    ...FOR_NODE,
    entryPoints: ['dist/src/cli.js'],
    allowOverwrite: true,
    format: 'esm',
    banner: { js: REQUIRE },
    // It finds the script of its threads beside itself.
    external: ['piscina'],
  }),
  // Threads are ended at any moment. Where piscina is just loading an ES module then, which it does by `require`,
  // Node.js 20 ends the whole process ("IsGraphAsync must be used on an instantiated module").
  build({
    ...FOR_NODE,
    entryPoints: WORKERS,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
  }),
  build({
    ...SHARED,
    entryPoints: { page: 'src/events/report/page/main.ts' },
    outdir: 'dist/src/events/report/page',
    minify: true,
    format: 'iife',
    target: 'es2022',
  }),
  build({
    ...SHARED,
    entryPoints: ['src/events/report/page/page.css'],
    outdir: 'dist/src/events/report/page',
    minify: true,
  }),
]);

for (const worker of WORKERS) rmSync(worker);
