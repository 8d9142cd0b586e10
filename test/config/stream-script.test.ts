import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confsOfScript } from '../../src/config/stream-script.js';

const STORE = '/nix/store';
const STREAM = `${STORE}/${'1a'.repeat(16)}-stream`;
const CONF = `${STORE}/${'2b'.repeat(16)}-app-conf.json`;
const BASH = `${STORE}/${'3c'.repeat(16)}-bash-5.2/bin/bash`;

/** What `makeWrapper` has written over the years, for `makeWrapper $streamScript $out --add-flags $conf`. */
const SCRIPTS = {
  'since 2022': `#! ${BASH} -e\nexec "${STREAM}"  ${CONF} "$@" \n`,
  'with flags of other hooks': `#! ${BASH} -e\nexec "${STREAM}"  ${CONF} "\${extraFlagsArray[@]}" "$@" \n`,
  'for a while in 2020': `#! ${BASH} -eu\ndeclare -a extraFlagsArray=()\nset +u\nexec '${STREAM}' ${CONF} "\${extraFlagsArray[@]}" "$@"\n`,
  'by hand': `#!/bin/sh\nset -e\n${STREAM} '${CONF}' --repo_tag "$1"|gzip\n`,
  'in Python': `#!${STORE}/${'4d'.repeat(16)}-python3/bin/python3\nimport os\nos.execv("${STREAM}", ["stream", "${CONF}"])\n`,
  'naming it twice': `#!/bin/sh\ntest -e ${CONF};exec ${STREAM} ${CONF}\n`,
};

for (const [when, script] of Object.entries(SCRIPTS)) {
  test(`a script names its conf, as written ${when}`, () => {
    assert.deepEqual(confsOfScript(Buffer.from(script)), [CONF]);
  });
}

test('a store may lie elsewhere, and the name of an image may hold all that a store path may', () => {
  const conf = `/opt/my.nix/store/${'2b'.repeat(16)}-a+b_c.d?e=f-conf.json`;
  assert.deepEqual(confsOfScript(Buffer.from(`#!/bin/sh\nexec x ${conf}\n`)), [conf]);
});

test('several confs are several, and other files are none', () => {
  const other = CONF.replace('app', 'other');
  assert.deepEqual(confsOfScript(Buffer.from(`#!/bin/sh\n${STREAM} ${CONF}\n${STREAM} ${other}\n`)), [CONF, other]);
  for (const name of [STREAM, `${CONF}.bak`, `${CONF}/x`, '/etc/app-conf.json', CONF.replace('-conf', '-base')]) {
    assert.deepEqual(confsOfScript(Buffer.from(`#!/bin/sh\nexec ${name}\n`)), [], name);
  }
});

test('what is no script names nothing', () => {
  assert.equal(confsOfScript(Buffer.from(`exec ${STREAM} ${CONF}\n`)), undefined);
  assert.equal(confsOfScript(Buffer.alloc(0)), undefined);
});
