import { closeFile, openRegularFile } from '../../files/open.js';
import { identityOf } from '../../files/stat.js';
import { textToFsPath } from '../../ground/bytestring.js';
import { systemCode, systemReason } from '../../ground/errors.js';
import type { FilePart } from '../../scan/spec.js';
import type { BaseFiles } from './files.js';

/**
 * The files of a directory. Each stays open from its first use on, so that nothing can take its place. Links are
 * followed: layouts in a Nix store may be made of them, and digests prove what is read.
 */
export function openLayoutFiles(path: string, locate: (name: string) => string): BaseFiles {
  const opened = new Map<string, FilePart>();
  return {
    path,
    find: (name): FilePart | string | undefined => {
      const known = opened.get(name);
      if (known !== undefined) return known;
      const found = openPart(locate(name));
      if (typeof found === 'object') opened.set(name, found);
      return found;
    },
    close: () => {
      for (const { fd } of opened.values()) closeFile(fd);
    },
  };
}

function openPart(path: string): FilePart | string | undefined {
  let fd: number | undefined;
  try {
    fd = openRegularFile(textToFsPath(path), { links: 'follow' });
    if (fd === undefined) return 'is not a regular file';
    const { device, inode, ctime, size } = identityOf(fd);
    return { kind: 'file', fd, device, inode, ctime, path, offset: 0, size: Number(size) };
  } catch (error) {
    if (fd !== undefined) closeFile(fd);
    return systemCode(error) === 'ENOENT' ? undefined : `cannot be read: ${systemReason(error)}`;
  }
}
