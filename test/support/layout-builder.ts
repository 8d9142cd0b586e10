/**
 * A process that builds images into a layout: LAYOUT PREFIX COUNT. Each image has its own layer and one that all share,
 * and garbage is collected after each. Prints each step that it has done as a line on standard output.
 */
import { writeSync } from 'node:fs';
import { openLayout } from '../../src/layout/layout.js';
import { putTextImage } from './layouts.js';

const [path = '', prefix = '', count = ''] = process.argv.slice(2);

for (let i = 0; i < Number(count); i++) {
  const layout = await openLayout(path);
  report('opened');
  const build = await layout.startBuild();
  report('started');
  await putTextImage(build, `${prefix}:${i % 10}`, ['shared', `${prefix} ${i}`]);
  report('published');
  build.end();
  report('ended');
  await layout.collectGarbage();
  report('collected');
}

function report(what: string): void {
  writeSync(1, `${what}\n`);
}
