import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as library from '../../src/index.js';
import { firstColumn, PROJECT, readDocument, sectionsOf } from '../support/markdown.js';

/** `docs/library.md` against what there is. Its examples run in the test of the package. */
describe('docs/library.md', () => {
  const text = readDocument('docs/library.md');

  it('speaks of everything that the library exports', () => {
    const exported = Object.keys(library);
    assert.ok(exported.length > 10);
    for (const name of exported) assert.match(text, new RegExp(`\\b${name}\\b`), name);
  });

  it('has each code of an error, and no other', () => {
    assert.deepEqual(firstColumn(sectionText('Errors')), membersOf('src/ground/errors.ts', /^ {2}\| '([A-Z_]+)'/gm));
  });

  it('has each type of an event, and no other', () => {
    const types = membersOf('src/events/events.ts', /readonly type: '([a-z-]+)'/g);
    assert.deepEqual(firstColumn(sectionText('Events')).toSorted(), types.toSorted());
  });

  function sectionText(title: string): string {
    return sectionsOf(text).find((section) => section.title === title)?.text ?? '';
  }
});

/** The members of a union, from its source file: compiled code has no types. */
function membersOf(path: string, pattern: RegExp): string[] {
  const found = [...readFileSync(join(PROJECT, path), 'utf8').matchAll(pattern)].map(([, name = '']) => name);
  assert.ok(found.length > 5, path);
  return found;
}
