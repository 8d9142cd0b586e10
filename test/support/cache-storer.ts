/** Stores facts under the same keys over and over: `DIRECTORY COMPRESSOR TIMES KEY…`. Tells warnings. */
import { factsOf, keyOf, openCache } from './cache.js';

const [directory = '', compressor = '', times = '', ...names] = process.argv.slice(2);
const { cache, warnings } = openCache(directory);
for (let i = 0; i < Number(times); i++) {
  for (const name of names) cache.store(keyOf(name), factsOf(name, [`${compressor} ${i % 8}`]));
}
cache.close();
for (const warning of warnings) process.stderr.write(`${warning}\n`);
