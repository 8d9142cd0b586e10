import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.js';
import { findTool } from './tools.js';

/** Nothing of the machine's own Nix: no daemon, no group of build users, no settings. */
const ALONE = {
  NIX_CONF_DIR: '/nonexistent',
  NIX_CONFIG: 'build-users-group =',
  NIX_REMOTE: '',
  NIX_USER_CONF_FILES: '',
};

/** A Nix store of its own below a directory, as `nix --store DIR` keeps it. */
export class NixStore {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Adds a file or tree; gives its store path, which lies below `root`. */
  async add(path: string): Promise<string> {
    const { stdout } = await this.#run('--add', path);
    return stdout.trim();
  }

  /** Builds an attribute of an expression with `nix-build`, and leaves a link to it, which is a root of the collector. */
  async build(expression: string, attribute: string, link: string): Promise<void> {
    const args = [expression, '--attr', attribute, '--store', this.root, '--out-link', link];
    await run(['nix-build', ...args], withShell());
  }

  /** The derivations in the store that make something of this name. */
  derivations(name: string): string[] {
    const found = readdirSync(this.onDisk('/nix/store')).filter((entry) => entry.endsWith(`-${name}.drv`));
    return found.map((entry) => join('/nix/store', entry));
  }

  /** Builds a derivation, and gives the path of what it makes. */
  async realise(derivation: string): Promise<string> {
    const { stdout } = await run(['nix-store', '--store', this.root, '--realise', derivation], withShell());
    return stdout.trim();
  }

  /** Makes hard links of equal files. */
  async optimise(): Promise<void> {
    await this.#run('--optimise');
  }

  onDisk(storePath: string): string {
    return this.root + storePath;
  }

  #run(...args: string[]): Promise<{ stdout: string }> {
    return run(['nix-store', '--store', this.root, ...args], ALONE);
  }
}

/** Settings under which a build has busybox as its shell, and nothing else. */
function withShell(): NodeJS.ProcessEnv {
  const busybox = findTool('busybox') ?? '';
  return { ...ALONE, NIX_CONFIG: `${ALONE.NIX_CONFIG}\nsandbox-paths = /bin/sh=${busybox}` };
}
