/** Confs as today's nixpkgs writes them, for closures that are made here. */

export interface ClosureParts {
  readonly repoTag: string;
  /** The store paths of each layer. */
  readonly layers: readonly (readonly string[])[];
  /** A directory with `layer.tar` and `checksum`. */
  readonly customisation: string;
  /** The image's run configuration. */
  readonly config: Readonly<Record<string, unknown>>;
  /** As Go names it; `amd64` if it does not matter. */
  readonly architecture?: string;
}

/** The text of a conf. */
export function makeConf({ repoTag, layers, customisation, config, architecture = 'amd64' }: ClosureParts): string {
  return JSON.stringify({
    architecture,
    config,
    created: '1970-01-01T00:00:01+00:00',
    mtime: '1970-01-01T00:00:01+00:00',
    uid: '0',
    gid: '0',
    uname: 'root',
    gname: 'root',
    repo_tag: repoTag,
    store_dir: '/nix/store',
    from_image: null,
    store_layers: layers,
    customisation_layer: customisation,
  });
}
