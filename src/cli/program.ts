import { Command, CommanderError } from 'commander';
import { readVersion } from '../files/version.js';
import { LayerstreamError, systemCode, systemReason } from '../ground/errors.js';
import { printableLines } from '../ground/printable.js';
import { addCache } from './commands/cache.js';
import { addDescribe } from './commands/describe.js';
import { addOci } from './commands/oci.js';
import { addStream } from './commands/stream.js';
import { addVerify } from './commands/verify.js';
import { withDefaultCommand } from './default-command.js';
import { reportError } from './report-error.js';
import { watchSignals } from './signals.js';
import { writeResult } from './write-result.js';

/** The commands, in the order of the help: each adds itself and returns what it has added. */
const COMMANDS: readonly ((program: Command) => Command)[] = [addStream, addOci, addDescribe, addVerify, addCache];

const EXAMPLES = `
Examples:
  $ layerstream conf.json | docker load
  $ layerstream conf.json -o image.tar && skopeo copy docker-archive:image.tar dir:image
  $ layerstream verify image.tar

Exit status:
  0  done
  1  failed; or the reader closed the pipe (no message); or verify found a mismatch
  2  wrong usage; or a conf, or something it names, that no image can be built from
  3  verify could not check everything; what it checked holds
  On SIGINT, SIGTERM and SIGHUP the program cleans up and dies of the signal.`;

/** Runs the program and sets the exit status; does not throw. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  watchSignals();
  // Nobody may be reading progress or help any more: no reason to stop.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const help: string[] = [];
  try {
    const given = argv.slice(2);
    const program = makeProgram(given, (text) => help.push(text));
    const names = program.commands.map((command) => command.name());
    await program.parseAsync(withDefaultCommand(given, names), { from: 'user' });
  } catch (error) {
    // Commander has reported it already.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else process.exitCode = reportError(error);
  }
  if (help.length > 0) await writeHelp(help.join(''));
}

async function writeHelp(text: string): Promise<void> {
  try {
    await writeResult((write) => write(text));
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

/** `onHelp` gets what is for standard output: help, and the version. */
function makeProgram(given: readonly string[], onHelp: (text: string) => void): Command {
  const version = [readVersion(), '-V, --version'] as const;
  const program = new Command('layerstream')
    .description('Turns Nix store paths into layered container images, byte for byte as nixpkgs does.')
    .version(...version)
    .exitOverride()
    .configureOutput({
      writeOut: onHelp,
      outputError: (text, write) => write(printableLines(wordError(text, given))),
    })
    .hook('preAction', requireWorkingDirectory)
    .showHelpAfterError('(run it with --help for more)')
    .addHelpText('after', EXAMPLES);
  for (const add of COMMANDS) {
    const command = add(program);
    for (const each of [command, ...command.commands]) each.version(...version);
  }
  return program;
}

/** A first word that is like no command may have been meant as a file. */
function wordError(text: string, [first]: readonly string[]): string {
  return text
    .replace(/^error: /, 'layerstream: ')
    .replace(`unknown command '${first}'\n`, (found) =>
      text.includes('Did you mean') ? found : `${found.trimEnd()}, and no file has this name\n`,
    );
}

/** No thread starts, and no relative path means anything, without one. @throws {LayerstreamError} `USAGE` */
function requireWorkingDirectory(): void {
  try {
    process.cwd();
  } catch (error) {
    throw new LayerstreamError(
      'USAGE',
      `the working directory cannot be used (${systemCode(error) ?? systemReason(error)})`,
      {
        cause: error,
        hint: 'It was removed, or this user may not enter it. Change to another one.',
      },
    );
  }
}
