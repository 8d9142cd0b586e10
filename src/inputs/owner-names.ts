import { readSmallFile } from '../files/small-file.js';
import { asByteString, type ByteString } from '../ground/bytestring.js';

/** Bytes. A million accounts have less. */
const MAX_SIZE = 256 * 1024 * 1024;

/**
 * Names by id, from `/etc/passwd` or `/etc/group` (passwd(5), group(5)): `name:x:id:…` a line. The first line of an
 * id counts. A file that cannot be read knows no names.
 */
export function readOwnerNames(path: string): Map<number, ByteString> {
  const names = new Map<number, ByteString>();
  for (const line of readLines(path)) {
    const [name = '', , id = ''] = line.split(':');
    if (!/^\d+$/.test(id) || names.has(Number(id))) continue;
    names.set(Number(id), asByteString(name));
  }
  return names;
}

function readLines(path: string): string[] {
  try {
    const file = readSmallFile(path, { maxSize: MAX_SIZE, links: 'follow' });
    return file.kind === 'read' ? file.bytes.toString('latin1').split('\n') : [];
  } catch {
    // Ids then stand without names, as for any id that has none.
    return [];
  }
}
