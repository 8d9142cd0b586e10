/** The packages that npm installed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface InstalledPackage {
  /** With its version. */
  readonly name: string;
  readonly path: string;
}

/** Those at the top of a `node_modules`, in the order of their names. */
export function installedPackages(modules: string): InstalledPackage[] {
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((sub) => `${name}/${sub}`) : [name],
    )
    .map((name) => join(modules, name))
    .filter((path) => existsSync(join(path, 'package.json')))
    .sort()
    .map((path) => {
      const text = readFileSync(join(path, 'package.json'), 'utf8');
      const { name, version }: { name: string; version: string } = JSON.parse(text);
      return { name: `${name}-${version}`, path };
    });
}
