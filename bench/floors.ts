/**
 * The parts of the work that no program can avoid, each alone, on one thread and in its own process:
 *
 *     node floors.js walk|read CONF STORE_ROOT
 *     node floors.js sha256 BYTES
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, lstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';

const CHUNK = 1024 * 1024;
const buffer = Buffer.alloc(CHUNK, 'x');

const [floor = '', what = '', storeRoot = ''] = process.argv.slice(2);
if (floor === 'sha256') hash(Number(what));
else for (const path of storePaths(what)) walk(storeRoot + path, floor === 'read' ? read : () => {});

function storePaths(confPath: string): string[] {
  const conf: { store_layers: string[][] } = JSON.parse(readFileSync(confPath, 'utf8'));
  return conf.store_layers.flat();
}

function hash(bytes: number): void {
  const hash = createHash('sha256');
  for (let left = bytes; left > 0; left -= CHUNK) hash.update(buffer.subarray(0, Math.min(CHUNK, left)));
  hash.digest();
}

/** Names are bytes, and need not be text. */
function walk(path: string, onFile: (path: string) => void): void {
  const stat = lstatSync(toBytes(path));
  if (stat.isFile()) onFile(path);
  if (!stat.isDirectory()) return;
  for (const name of readdirSync(toBytes(path), 'latin1')) walk(`${path}/${name}`, onFile);
}

function read(path: string): void {
  const fd = openSync(toBytes(path), constants.O_RDONLY | constants.O_NOFOLLOW);
  while (readSync(fd, buffer, 0, CHUNK, null) > 0);
  closeSync(fd);
}

function toBytes(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}
