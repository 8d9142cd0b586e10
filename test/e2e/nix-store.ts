import { run } from './run.js';

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
