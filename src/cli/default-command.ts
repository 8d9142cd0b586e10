import { lstatIfThere } from '../files/stat.js';

/** What is run where no command is named. */
const DEFAULT = 'stream';

/** They are about the program, not about a command. */
const OWN = new Set(['help', '-h', '--help', '-V', '--version']);

/**
 * The arguments with the command that they are for. Where the first of them is no command, it is the conf or an option of
 * the default command; but a word that names no file was meant as a command.
 */
export function withDefaultCommand(args: readonly string[], commands: readonly string[]): string[] {
  const [first] = args;
  const isClear = first === undefined || OWN.has(first) || commands.includes(first) || isLikeCommand(first);
  return isClear ? [...args] : [DEFAULT, ...args];
}

/** A path tells itself apart by a slash or a dot. */
function isLikeCommand(text: string): boolean {
  if (!/^[a-z][\w-]*$/i.test(text)) return false;
  try {
    return lstatIfThere(text) === undefined;
  } catch {
    return false;
  }
}
