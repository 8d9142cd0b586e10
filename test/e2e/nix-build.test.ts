/** What `nix-build` leaves, given to the program: a link into a store that lies below another directory. */
import assert from 'node:assert/strict';
import { readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tempDir } from '../support/temp-dir.js';
import { layerstream } from './layerstream.js';
import { NixStore } from './nix-store.js';
import { run, runPiped } from './run.js';
import { needs } from './tools.js';

/**
 * An image in the form of `streamLayeredImage`: a script that runs a program with a conf, which is in `passthru`. A conf
 * of the first kind, since a shell alone can make its customisation layer.
 */
const EXPRESSION = `
let
  # Busybox has its tools in itself.
  build = name: script: attributes: derivation ({
    inherit name;
    system = builtins.currentSystem;
    builder = "/bin/sh";
    args = [ "-e" "-c" script ];
  } // attributes);
  library = build "library" "mkdir $out; echo library > $out/lib" {};
  customisation = build "app-customisation-layer" "mkdir $out; echo $library > $out/needs" { inherit library; };
  conf = build "app-conf.json" "echo $json > $out" {
    json = builtins.toJSON {
      architecture = "amd64";
      config = { Cmd = [ "/needs" ]; };
      created = "1970-01-01T00:00:01+00:00";
      customisation_layer = customisation;
      repo_tag = "app:1";
      store_layers = [ [ library ] ];
    };
  };
  image = build "stream-app" ''
    echo "#! /nix/store/bash/bin/bash -e" > $out
    echo "exec \\"/nix/store/stream\\"  $conf \\"\\$@\\" " >> $out
    chmod +x $out'' { inherit conf; };
in { inherit conf image; }
`;

describe('nix-build', needs('nix-build', 'nix-store', 'busybox'), () => {
  const dir = tempDir({ after });
  const store = new NixStore(join(dir, 'store'));
  const expression = join(dir, 'default.nix');
  const [conf, image] = [join(dir, 'conf.json'), join(dir, 'result')];
  const root = ['--store-root', store.root, '--progress', 'off'];

  before(async () => {
    writeFileSync(expression, EXPRESSION);
    await store.build(expression, 'conf', conf);
    await store.build(expression, 'image', image);
  });

  it('leaves a conf, which is built', async () => {
    const { stdout } = await runPiped(layerstream(conf, ...root), layerstream('verify', '-'));
    assert.match(stdout, /^app:1 {2}linux\/amd64 {2}2 layers/m);
  });

  it('leaves a script, which is read for its conf', async () => {
    const archives = [conf, image].map((path, i) => ({ path, archive: join(dir, `${i}.tar`) }));
    const outputs: string[] = [];
    for (const { path, archive } of archives) {
      const { stderr } = await run(layerstream(path, ...root, '-o', archive));
      outputs.push(stderr);
    }
    const warning = `${image} is the script of an image; building its conf, ${readlinkSync(conf)}`;
    assert.deepEqual(outputs, ['', `layerstream: warning: ${warning}\n`]);
    await run(['cmp', ...archives.map(({ archive }) => archive)]);
  });

  it('leaves a script from which a layout is built, and which is described', async () => {
    await run(layerstream('oci', image, join(dir, 'layout'), ...root));
    await run(layerstream('verify', join(dir, 'layout')));
    const { stdout } = await run(layerstream('describe', image, '--store-root', store.root));
    assert.match(stdout, /^app:1\n[\s\S]+ {2}library\n[\s\S]+ {2}app-customisation-layer\n/);
  });

  it('makes of a derivation what the hint says', async () => {
    const [derivation = assert.fail()] = store.derivations('app-conf.json');
    const refused = await run(layerstream(store.onDisk(derivation), ...root)).catch((error: Error) => error.message);
    assert.match(String(refused), /is a derivation, not a conf/);
    assert.equal(await store.realise(derivation), readlinkSync(conf));
  });
});
