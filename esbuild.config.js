/**
 * Makes few files of many, behind tsc: the program and each kind of thread become one file apiece, in the place of what
 * tsc wrote there, and the page of a report one script and one style sheet. To load a hundred modules took longer than
 * to build a small image.
 */
import { build } from 'esbuild';

const SHARED = { bundle: true, logLevel: 'warning' };

/** CommonJS packages ask for Node.js's own modules so. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

await Promise.all([
  build({
    ...SHARED,
    entryPoints: ['dist/src/cli.js', ...['layer', 'reader', 'summer'].map((name) => `dist/workers/${name}.js`)],
    outbase: 'dist',
    outdir: 'dist',
    allowOverwrite: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: REQUIRE },
    // It finds the script of its threads beside itself.
    external: ['piscina'],
  }),
  build({
    ...SHARED,
    entryPoints: { page: 'src/report/page/main.ts' },
    outdir: 'dist/src/report/page',
    minify: true,
    format: 'iife',
    target: 'es2022',
  }),
  build({
    ...SHARED,
    entryPoints: ['src/report/page/page.css'],
    outdir: 'dist/src/report/page',
    minify: true,
  }),
]);
