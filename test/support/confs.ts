/** A conf of the first script's kind, as plain JSON. */
export const FIRST_KIND = {
  architecture: 'amd64',
  config: { Cmd: ['/bin/sh'] },
  created: '2024-05-06T07:08:09Z',
  customisation_layer: '/nix/store/cccc-custom',
  os: 'linux',
  repo_tag: 'app:1',
  store_layers: [['/nix/store/aaaa-x'], ['/nix/store/bbbb-y', '/nix/store/bbbb-z']],
};

/** A conf as current nixpkgs writes it. */
export const CURRENT_KIND = {
  ...FIRST_KIND,
  store_dir: '/nix/store',
  from_image: null,
  mtime: '1970-01-01T00:00:01+00:00',
  uid: '0',
  gid: '0',
  uname: 'root',
  gname: 'root',
};
