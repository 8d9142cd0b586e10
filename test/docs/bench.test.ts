import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { figuredDocuments } from '../../bench/figured-documents.js';
import { SCENARIOS } from '../../bench/scenarios.js';
import { firstColumn, readDocument, sectionsOf } from '../support/markdown.js';
import { parseHelp } from '../support/program-help.js';

const MAIN = fileURLToPath(new URL('../../bench/main.js', import.meta.url));

describe('bench/README.md', () => {
  const sections = sectionsOf(readDocument('bench/README.md'));

  it("has the bench's options, as its help spells them, and no others", () => {
    const help = execFileSync(process.execPath, [MAIN, '--help'], { encoding: 'utf8' });
    const options = parseHelp('bench', help).options.filter((option) => option !== '-h, --help');
    assert.ok(options.length > 10);
    assert.deepEqual(firstColumn(sectionText('Run them')).sort(), options.sort());
  });

  it('has every scenario', () => {
    const names = SCENARIOS.map(({ name }) => name);
    assert.deepEqual(firstColumn(sectionText('What each scenario isolates')), names);
  });

  function sectionText(title: string): string {
    return sections.find((section) => section.title === title)?.text ?? '';
  }
});

describe('figures', () => {
  for (const { path, text } of figuredDocuments()) {
    it(`of ${path.split('/').slice(-2).join('/')} are those of the results: npm run bench:documents writes them`, () => {
      assert.equal(readFileSync(path, 'utf8'), text);
    });
  }
});
