import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

/** The declarations that users of the library get, as the compiler wrote them. */
function declarations(name: string): string {
  return readFileSync(new URL(`../../src/api/${name}.d.ts`, import.meta.url), 'utf8');
}

/** The names in the braces of a file's imports, or of its exports. */
function namesIn(text: string, keyword: 'import' | 'export'): string[] {
  const lists = text.matchAll(new RegExp(`\\b${keyword} (?:type )?\\{([^}]*)\\}`, 'g'));
  return [...lists].flatMap(([, list = '']) =>
    list
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== ''),
  );
}

test('the declarations of the interface name only types that it exports', () => {
  const exported = new Set(namesIn(declarations('public'), 'export'));
  for (const file of ['session', 'functions', 'options']) {
    const imported = namesIn(declarations(file), 'import').filter((name) => name !== 'Readable');
    assert.ok(imported.length > 3, `${file} imports nothing`);
    for (const name of imported) assert.ok(exported.has(name), `${file} uses ${name}, which is not exported`);
  }
});
