import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCommandLine } from '../../src/cli/command-line.js';

test('a command line can be typed again', () => {
  assert.equal(
    formatCommandLine(['oci', 'conf.json', 'my images', '-t', "it's", '--compression', 'gzip:1', '']),
    "layerstream oci conf.json 'my images' -t 'it'\\''s' --compression gzip:1 ''",
  );
});

test('a command line has no credentials', () => {
  assert.equal(
    formatCommandLine(['https://user:secret@host/a@b', '--x=docker://token@registry:5000/app']),
    "layerstream 'https://…@host/a@b' '--x=docker://…@registry:5000/app'",
  );
});
