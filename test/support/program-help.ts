/** Reads the help of a program that Commander makes, and of all its commands. */
import { runCli } from './cli-run.js';

export interface CommandHelp {
  /** With those of the commands above: `layerstream cache stats`. */
  readonly name: string;
  /** As the usage has them: `<conf>`, `[dir]`. */
  readonly parameters: readonly string[];
  /** Flags and values: `-o, --output <file>`. */
  readonly options: readonly string[];
  /** Command lines. */
  readonly examples: readonly string[];
  readonly choices: readonly { readonly option: string; readonly values: readonly string[] }[];
}

/** The program itself, its commands, and theirs. */
export async function readHelp(command: readonly string[] = []): Promise<CommandHelp[]> {
  const { stdout } = await runCli([...command, '--help']);
  const text = stdout.toString();
  const inner = entriesOf(text, 'Commands').map(({ term }) => term.split(' ')[0] ?? '');
  const subcommands = inner.filter((name) => name !== 'help').map((name) => readHelp([...command, name]));
  return [parseHelp(['layerstream', ...command].join(' '), text), ...(await Promise.all(subcommands)).flat()];
}

/** What a help says of its command. */
export function parseHelp(name: string, text: string): CommandHelp {
  const usage = /^Usage: (.*)$/m.exec(text)?.[1] ?? '';
  const options = entriesOf(text, 'Options');
  return {
    name,
    parameters: usage.split(' ').filter((word) => /^[<[]/.test(word) && !/^\[(?:options|command)\]$/.test(word)),
    options: options.map(({ term }) => term),
    examples: text.split('\n').flatMap((line) => /^ {2}\$ (.*)$/.exec(line)?.[1] ?? []),
    choices: options.flatMap(({ term, description }) => {
      const list = /choices: ("[^)]*?"),? (?:default|\))/.exec(`${description} `)?.[1];
      return list === undefined
        ? []
        : { option: term, values: [...list.matchAll(/"([^"]+)"/g)].map(([, v = '']) => v) };
    }),
  };
}

/** Terms are indented by two columns, each on its own line, and descriptions come at least two columns after them. */
function entriesOf(text: string, heading: string): { term: string; description: string }[] {
  const block = new RegExp(`^${heading}:\\n((?: {2}.*\\n?)*)`, 'm').exec(text)?.[1] ?? '';
  const joined = block.replace(/\n {3,}/g, ' ');
  return joined
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [term = '', ...description] = line.trim().split(/ {2,}/);
      return { term, description: description.join(' ') };
    });
}
