/**
 * A process that builds images into a layout: LAYOUT PREFIX COUNT. Each has a layer of its own and one that all share,
 * and garbage is collected after each. Tells on standard output, a line at a time, what it has done.
 */
import { writeSync } from 'node:fs';
import { openLayout } from '../../src/layout/layout.js';
import { putTextImage } from './layouts.js';

const [path = '', prefix = '', count = ''] = process.argv.slice(2);

for (let i = 0; i < Number(count); i++) {
  const layout = await openLayout(path);
  tell('opened');
  const build = await layout.startBuild();
  tell('started');
  await putTextImage(build, `${prefix}:${i % 10}`, ['shared', `${prefix} ${i}`]);
  tell('published');
  build.end();
  tell('ended');
  await layout.collectGarbage();
  tell('collected');
}

function tell(what: string): void {
  writeSync(1, `${what}\n`);
}
