/**
 * Builds an image of this project's own installed packages, as a demonstration that needs nothing but Node.js.
 */
import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatSummary } from '../src/cli/progress/summary.js';
import { cleanUpOnSignal } from '../src/cli/signals.js';
import { parseConf, verifyArchive, writeArchive } from '../src/index.js';
import { ChrootStore } from './chroot-store.js';
import { makeConf } from './confs.js';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const OUTPUT = resolve('demo-image.tar');

/** Layers for store paths; the last one gets all that are left, as nixpkgs does it. */
const MAX_LAYERS = 40;

const store = new ChrootStore(mkdtempSync(join(tmpdir(), 'layerstream-demo-')));
const removeHandlers = cleanUpOnSignal(() => store.remove());
try {
  const packages = installedPackages(join(PROJECT, 'node_modules'));
  const paths = packages.map(({ name, path }) => store.add(name, path));
  const layers = [...paths.slice(0, MAX_LAYERS - 1).map((path) => [path]), paths.slice(MAX_LAYERS - 1)];
  const conf = makeConf({
    repoTag: 'layerstream-demo:latest',
    layers: layers.filter((layer) => layer.length > 0),
    customisation: store.addCustomisation({ name: './etc/layerstream-demo', text: 'Made by layerstream.\n' }),
    config: { Env: ['PATH=/bin'], Labels: { 'org.opencontainers.image.title': 'layerstream demo' } },
  });
  console.log(`${paths.length} packages laid out as store paths in ${store.root}`);

  const summary = await writeArchive(parseConf(conf).conf, OUTPUT, { storeRoot: store.root });
  console.log(formatSummary(summary, { archive: OUTPUT }));

  const { mismatches } = await verifyArchive(createReadStream(OUTPUT), OUTPUT);
  for (const mismatch of mismatches) console.error(mismatch);
  if (mismatches.length > 0) throw new Error(`${OUTPUT} does not hold what it claims`);
  console.log(`${OUTPUT} is written, and all that it claims holds.`);
  console.log('Look at it:  skopeo inspect docker-archive:demo-image.tar');
  console.log('Load it:     docker load < demo-image.tar');
} finally {
  removeHandlers();
  store.remove();
}

function installedPackages(modules: string): { name: string; path: string }[] {
  const folders = readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((sub) => `${name}/${sub}`) : [name],
    )
    .map((name) => join(modules, name))
    .filter((path) => existsSync(join(path, 'package.json')));
  return folders.sort().map((path) => {
    const { name, version }: { name: string; version: string } = JSON.parse(
      readFileSync(join(path, 'package.json'), 'utf8'),
    );
    return { name: `${name}-${version}`, path };
  });
}
