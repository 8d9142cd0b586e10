import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, it } from 'node:test';
import {
  anchorOf,
  anchorsOf,
  documentPaths,
  linkTargets,
  PROJECT,
  proseOf,
  readDocument,
} from '../support/markdown.js';

/** A path of this project in prose: `src/oci/media-types.ts`. */
const PATH = /`((?:src|test|bench|docs|workers|\.ci)\/[^`*{}… ]*)`/g;

describe('the documents', () => {
  for (const path of documentPaths()) {
    const text = readDocument(path);

    it(`${path} links only to files and headings that are there`, () => {
      for (const target of linkTargets(text)) {
        if (/^https?:/.test(target)) continue;
        const [file = '', anchor] = target.split('#');
        const linked = file === '' ? path : normalize(join(path, '..', file));
        assert.ok(existsSync(join(PROJECT, linked)), `${target}: there is no ${linked}`);
        if (anchor === undefined) continue;
        assert.ok(anchorsOf(readDocument(linked)).includes(anchor), `${target}: ${linked} has no such heading`);
      }
    });

    it(`${path} names only files that are there`, () => {
      for (const [, named = ''] of proseOf(text).matchAll(PATH)) {
        assert.ok(existsSync(join(PROJECT, named)), `there is no ${named}`);
      }
    });

    it(`${path} gives no two headings one anchor`, () => {
      const anchors = anchorsOf(text);
      assert.deepEqual(anchors, [...new Set(anchors)]);
    });
  }

  it('are all reached from the README', () => {
    const reached = new Set(['README.md']);
    for (const path of reached) {
      for (const target of linkTargets(readDocument(path))) {
        const file = target.split('#')[0] ?? '';
        if (file.endsWith('.md') && !/^https?:/.test(file)) reached.add(normalize(join(path, '..', file)));
      }
    }
    assert.deepEqual([...reached].sort(), documentPaths().sort());
  });

  it('begin with a README that is read in a few minutes', () => {
    assert.ok(readDocument('README.md').split('\n').length <= 131, 'the README has more than 130 lines');
  });
});

describe('an anchor', () => {
  it('is what GitHub makes of a heading', () => {
    assert.equal(anchorOf('One pass, or `two`?'), 'one-pass-or-two');
    assert.equal(anchorOf('--gc and _blobs_ of an image'), '--gc-and-_blobs_-of-an-image');
  });
});
