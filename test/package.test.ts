import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { layOut, readCases } from './golden/case.js';
import { codeBlocks, PROJECT, readDocument } from './support/markdown.js';
import { tempDir } from './support/temp-dir.js';

/** What a stranger gets: the packed package, installed in a folder of its own. */
describe('the package', () => {
  const folder = tempDir({ after });
  before(() => install(folder));

  it('holds what runs, and nothing else', () => {
    const installed = join(folder, 'node_modules/layerstream');
    assert.deepEqual(readdirSync(installed).sort(), ['LICENSE', 'README.md', 'dist', 'package.json']);
    assert.deepEqual(readdirSync(join(installed, 'dist')).sort(), ['src', 'workers']);
    assert.deepEqual(readdirSync(join(installed, 'dist/src/events/report/page')).sort(), ['page.css', 'page.js']);
  });

  it('runs as a command', () => {
    const cli = join(folder, 'node_modules/layerstream/dist/src/cli.js');
    const { version }: { version: string } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
    assert.equal(execFileSync(process.execPath, [cli, '--version'], { encoding: 'utf8' }), `${version}\n`);
  });

  it('writes a report with nothing but what it depends on', (t) => {
    const golden = readCases().find(({ name }) => name === 'basic');
    assert.ok(golden);
    const storeRoot = tempDir(t);
    const conf = join(storeRoot, 'conf.json');
    writeFileSync(conf, layOut(golden, storeRoot));
    const cli = join(folder, 'node_modules/layerstream/dist/src/cli.js');
    const report = join(storeRoot, 'report.html');
    const options = ['--store-root', storeRoot, '-o', join(storeRoot, 'image.tar'), '--report', report];
    execFileSync(process.execPath, [cli, conf, ...options, '--progress', 'off']);
    assert.ok(readFileSync(report, 'utf8').includes(golden.expect.imageId));
  });

  it("runs the examples of the library's documentation", (t) => {
    const golden = readCases().find(({ name }) => name === 'basic');
    assert.ok(golden);
    const storeRoot = tempDir(t);
    writeFileSync(join(folder, 'conf.json'), layOut(golden, storeRoot));
    const examples = codeBlocks(readDocument('docs/library.md'), 'js');
    assert.ok(examples.length > 3);
    // Each goes on where the one before it ended.
    writeFileSync(join(folder, 'example.mjs'), examples.join('\n'));
    const output = execFileSync(process.execPath, ['example.mjs', storeRoot], { cwd: folder, encoding: 'utf8' });
    assert.ok(output.split('\n').includes(golden.expect.imageId));
    assert.ok(readFileSync(join(folder, 'build.html'), 'utf8').includes(golden.expect.imageId));
    const cli = join(folder, 'node_modules/layerstream/dist/src/cli.js');
    for (const made of ['image.tar', 'images']) execFileSync(process.execPath, [cli, 'verify', join(folder, made)]);
  });
});

function install(folder: string): void {
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: PROJECT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename }]: [{ filename: string }] = JSON.parse(packed);
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'layerstream'), { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', join(modules, 'layerstream'), '--strip-components=1']);
  for (const name of readdirSync(join(PROJECT, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(PROJECT, 'node_modules', name), join(modules, name));
  }
}
