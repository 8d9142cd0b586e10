import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { type FileKind, kindOfFile, nameOfKind, START_SIZE } from '../../src/oci/file-kind.js';
import { makeArchive } from '../support/archives.js';
import { CURRENT_KIND } from '../support/confs.js';

const HEX = 'ab'.repeat(32);

const TEXTS: readonly (readonly [kind: FileKind | undefined, what: string, text: string])[] = [
  ['empty', 'nothing', ''],
  ['conf', 'a conf', JSON.stringify(CURRENT_KIND)],
  ['conf', 'a conf whose labels are those of something else', '{"config":{"Labels":{"manifests":[]}},"store_layers":['],
  ['conf', 'a conf behind white space', '\n {"repo_tag" : "a:1"}'],
  ['description', 'a description', '{"schemaVersion":3,"repoTags":["a:1"],"layers":[]}'],
  ['description', 'a description of an old version', '{"schemaVersion":1,"repoTag":"a:1","layers":[]}'],
  ['index', 'an index', '{"schemaVersion":2,"manifests":[{"layers":1}]}'],
  ['manifest', 'a manifest', '{"schemaVersion":2,"config":{},"layers":[]}'],
  ['layout-file', 'an oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
  ['config', 'the config of an image', '{"config":{},"rootfs":{}}'],
  ['config', "nixpkgs' base", '{"architecture":"amd64","config":{},"os":"linux"}'],
  ['docker-manifest', 'a manifest.json', '[{"Config":"x.json","RepoTags":null,"Layers":[]}]'],
  ['inspection', 'docker inspect', '[\n  {"Id":"sha256:0","RepoTags":[],"RootFS":{"Type":"layers"}}]'],
  ['nix2container', 'an image of nix2container', '{"version":1,"image-config":{},"layers":[],"arch":"amd64"}'],
  ['build-result', 'nix build --json', '[{"drvPath":"/nix/store/x.drv","outputs":{"out":"/nix/store/x"}}]'],
  ['lock', 'a flake.lock', '{"nodes":{"root":{}},"root":"root","version":7}'],
  ['package', 'a package.json', '{"name":"x","version":"1.0.0"}'],
  ['json', 'another object', '{"Layers":1,"Config":2}'],
  ['json', 'a list', ' [1]'],
  ['derivation', 'a derivation', 'Derive([("out","/nix/store/x","","")],[],[],"x86_64-linux","/bin/sh",[],[])'],
  ['derivation', 'a derivation of today', 'DrvWithVersion("xp-dyn-drv",[])'],
  ['store-path', 'what nix build prints', `/nix/store/${'0a'.repeat(16)}-app-conf.json\n`],
  ['dockerfile', 'a Dockerfile', 'FROM debian:12\nRUN true\n'],
  ['dockerfile', 'a Dockerfile with more before it', '# syntax=docker/dockerfile:1\n\nARG V=1\nfrom debian:$V\n'],
  ['script', 'a script', '#! /bin/sh\nexec true\n'],
  ['program', 'a program', '\x7fELF\x02\x01\x01'],
  ['nar', 'a NAR', `\r${'\0'.repeat(7)}nix-archive-1\0\0\0`],
  ['nar', 'an export', `\x01${'\0'.repeat(7)}\r${'\0'.repeat(7)}nix-archive-1\0\0\0`],
  [undefined, 'a text', 'hello\n'],
  [undefined, 'a text in which a Dockerfile is quoted', 'Write:\nFROM debian\n'],
  [undefined, 'a path that is in no store', '/etc/passwd\n'],
];

describe('the kind of a file', () => {
  for (const [kind, what, text] of TEXTS) {
    it(what, () => assert.equal(kindOfFile(Buffer.from(text, 'latin1')), kind));
  }

  const archives: readonly (readonly [kind: FileKind, names: readonly string[]])[] = [
    ['docker-archive', [`${HEX}/layer.tar`, 'manifest.json']],
    ['docker-archive', ['layer-1.tar']],
    ['docker-archive', [`${HEX}.json`]],
    ['docker-archive', [`${HEX}.tar`]],
    ['docker-archive', [`${HEX}/VERSION`]],
    ['docker-archive', ['./manifest.json']],
    ['docker-archive', ['repositories']],
    ['oci-archive', [`blobs/sha256/${HEX}`]],
    ['oci-archive', ['oci-layout']],
    ['oci-archive', ['index.json']],
    ['tar', ['app-1.0/README.md']],
  ];
  for (const [kind, names] of archives) {
    it(`an archive that begins with ${names[0]}`, async () => {
      const bytes = await makeArchive(names.map((name) => ({ name, body: 'x' })));
      assert.equal(kindOfFile(bytes), kind);
      assert.equal(kindOfFile(gzipSync(bytes)), undefined, 'it looks at decompressed bytes');
    });
  }

  it('the name serves for a Nix expression, unless the bytes are something else', () => {
    assert.equal(kindOfFile(Buffer.from('{ pkgs }: pkgs.hello'), 'default.nix'), 'expression');
    assert.equal(kindOfFile(Buffer.from('#!/bin/sh\n'), 'default.nix'), 'script');
  });

  it('a document that breaks off anywhere is of the kind that its keys so far show', () => {
    const text = JSON.stringify({ store_layers: [], config: { Labels: { a: '\\"', 'b"': '{[' } }, rootfs: 1 });
    for (let end = '{"store_layers":'.length; end <= text.length; end++) {
      assert.equal(kindOfFile(Buffer.from(text.slice(0, end))), 'conf');
    }
  });

  it('any bytes have a kind or none, soon', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        const kind = kindOfFile(bytes);
        return kind === undefined || nameOfKind(kind).length > 0;
      }),
    );
    // What makes a regular expression go back and forth.
    for (const piece of ['\n', ' ', 'ARG \n', '# \n', '"', '\\', '[', '{"a":']) {
      kindOfFile(Buffer.from(piece.repeat(START_SIZE / piece.length)));
    }
  });
});
