/**
 * Stores facts under the same keys over and over: `DIRECTORY COMPRESSOR UNTIL KEY…`. UNTIL is a number of times or
 * a path: then it goes on until that path exists. Prints warnings.
 */
import { existsSync } from 'node:fs';
import { factsOf, keyOf, openCache } from './cache.js';

const [directory = '', compressor = '', until = '', ...names] = process.argv.slice(2);
const { cache, warnings } = openCache(directory);
for (let i = 0; until.startsWith('/') ? !existsSync(until) : i < Number(until); i++) {
  for (const name of names) cache.store(keyOf(name), factsOf(name, [`${compressor} ${i % 8}`]));
}
cache.close();
for (const warning of warnings) process.stderr.write(`${warning}\n`);
