/**
 * Stores facts under the same keys over and over: `DIRECTORY COMPRESSOR UNTIL KEY…`, so many times as UNTIL says or, if
 * it is a path, until something is there. Prints warnings.
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
