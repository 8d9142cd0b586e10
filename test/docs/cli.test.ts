import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import {
  anchorOf,
  codeBlocks,
  documentPaths,
  firstColumn,
  readDocument,
  type Section,
  sectionsOf,
} from '../support/markdown.js';
import { type CommandHelp, readHelp } from '../support/program-help.js';

/** Options of every command, which a sentence is about. */
const EVERYWHERE = ['-h, --help', '-V, --version'];

/** The section with the options that commands share. */
const SHARED = 'Build options';

/** `docs/cli.md` against what the program says of itself. */
describe('docs/cli.md', () => {
  const text = readDocument('docs/cli.md');
  const sections = sectionsOf(text);
  let commands: readonly CommandHelp[] = [];
  before(async () => {
    commands = await readHelp();
  });

  it('has a section for each command, and for none that is not there', () => {
    const documented = sections.map(({ title }) => title).filter((title) => title.startsWith('layerstream '));
    const names = commands.map(({ name }) => name).filter((name) => name !== 'layerstream');
    assert.ok(names.length > 5);
    assert.deepEqual(documented.toSorted(), names.toSorted());
  });

  it("has each command's options, as its help spells them, and no others", () => {
    for (const { name, options } of commands.filter(({ name }) => name !== 'layerstream')) {
      const own = options.filter((option) => !EVERYWHERE.includes(option));
      assert.deepEqual(documentedOptions(name).sort(), own.sort(), name);
    }
  });

  it('names each choice that an option has', () => {
    for (const { name, choices } of commands) {
      for (const { option, values } of choices) {
        const row = text.split('\n').find((line) => line.startsWith(`| \`${option}\` |`)) ?? '';
        for (const value of values) assert.ok(row.includes(`\`${value}\``), `${name} ${option}: ${value}`);
      }
    }
  });

  it("has each command's arguments in its usage", () => {
    for (const { name, parameters } of commands.filter(({ parameters }) => parameters.length > 0)) {
      if (name === 'layerstream') continue;
      for (const parameter of parameters) {
        assert.ok(text.includes(`[options] ${parameters.join(' ')}\n`), `${name} ${parameter}`);
      }
    }
  });

  it('goes with a help that has examples of each command, and of no other', () => {
    for (const { name, examples } of commands) {
      assert.ok(examples.length >= 2, name);
      for (const line of examples) assert.ok(`${line} `.includes(`${name} `), `${name}: ${line}`);
    }
  });

  it('says in words what every command has', () => {
    for (const option of EVERYWHERE) assert.ok(text.includes(`\`${option}\``), option);
  });

  function documentedOptions(command: string): string[] {
    const section = find(command);
    const shared = section.text.includes(`(#${anchorOf(SHARED)})`) ? firstColumn(find(SHARED).text) : [];
    return [...firstColumn(section.text), ...shared];
  }

  function find(title: string): Section {
    const section = sections.find((candidate) => candidate.title === title);
    assert.ok(section, title);
    return section;
  }
});

describe('examples in the documents', () => {
  it('give only options that their command has', async () => {
    const commands = new Map((await readHelp()).map(({ name, options }) => [name, options.join(' ').split(/[ ,]+/)]));
    let seen = 0;
    for (const path of documentPaths()) {
      for (const block of codeBlocks(readDocument(path), 'sh')) {
        // Up to what ends a command in a shell.
        for (const [line, rest = ''] of block.matchAll(/\blayerstream (-?[^|&#;\n]*)/g)) {
          const words = rest
            .replace(/\$\([^)]*\)/g, '')
            .trim()
            .split(/\s+/);
          const name = [words.slice(0, 2), words.slice(0, 1), ['stream']]
            .map((command) => ['layerstream', ...command].join(' '))
            .find((command) => commands.has(command));
          const flags = words.filter((word) => /^-./.test(word));
          for (const flag of flags) assert.ok(commands.get(name ?? '')?.includes(flag), `${path}: ${line}: ${flag}`);
          seen += flags.length;
        }
      }
    }
    assert.ok(seen > 20);
  });
});

describe('the README', () => {
  it("names all the program's commands in one table", async () => {
    const readme = sectionsOf(readDocument('README.md')).find(({ title }) => title === 'Commands');
    const rows = readme?.text.split('\n').filter((line) => line.startsWith('| `layerstream')) ?? [];
    for (const { name } of await readHelp()) {
      const words = name
        .split(' ')
        .slice(1)
        .filter((word) => word !== 'stream');
      assert.ok(
        rows.some((row) => words.every((word) => row.includes(word))),
        name,
      );
    }
  });
});
