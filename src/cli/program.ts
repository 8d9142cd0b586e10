import { readFileSync } from 'node:fs';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { reportError } from './report-error.js';
import type { StreamOptions } from './stream-command.js';

const EXAMPLES = `
Examples:
  $ layerstream conf.json | docker load
  $ layerstream conf.json -o image.tar && skopeo copy docker-archive:image.tar dir:image
  $ layerstream verify image.tar

Exit status:
  0  done
  1  failed, or the reader of the output went away, or what is verified does not hold what it claims
  2  wrong usage, or a conf, base image or customisation layer that cannot be built from
  On SIGINT, SIGTERM and SIGHUP the program cleans up and dies of the signal.`;

const STREAM_EXAMPLES = `
Examples:
  $ layerstream stream conf.json | podman load
  $ layerstream stream conf.json -t registry.example/app:1.2 -o image.tar
  $ layerstream stream $(nix build --print-out-paths .#image.conf) | docker load
  $ jq '.architecture = "arm64"' conf.json | layerstream stream - > image.tar
  $ layerstream stream conf.json --store-root /mnt/chroot-store > image.tar`;

const VERIFY_EXAMPLES = `
Examples:
  $ layerstream verify image.tar
  $ docker save app:1.2 | gzip | layerstream verify -
  $ skopeo copy docker://registry.example/app:1.2 oci:layout:1.2 && layerstream verify layout`;

/** Runs the program and sets the exit status; does not throw. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  // A reader that goes away while it is told of progress or help is no reason to stop.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await makeProgram().parseAsync([...argv]);
  } catch (error) {
    // Commander has told the user already.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else process.exitCode = reportError(error);
  }
}

function makeProgram(): Command {
  const program = new Command('layerstream')
    .description('Turns Nix store paths into layered container images, byte for byte as nixpkgs does.')
    .version(readVersion(), '-V, --version')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'layerstream: ')) })
    .showHelpAfterError('(run it with --help for more)')
    .addHelpText('after', EXAMPLES);
  addStream(program);
  addVerify(program);
  return program;
}

function addStream(program: Command): void {
  program
    .command('stream', { isDefault: true })
    .summary('build an image and stream it as a docker-archive (the default command)')
    .description('Builds the image of a conf and writes it as a docker-archive, to standard output by default.')
    .addArgument(confArgument())
    .option(
      '-o, --output <file>',
      'write to a file, which appears whole or not at all (default: standard output)',
      notEmpty,
    )
    .option('-t, --repo-tag <name:tag>', 'tag the image so, whatever the conf says', notEmpty)
    .addOption(new Option('--repo_tag <name:tag>', 'as --repo-tag').argParser(notEmpty).hideHelp())
    .option('--workers <n>', 'threads that sum layers (default: the cores that this process may use)', wholeNumber)
    .option('--store-root <dir>', 'read store paths below DIR, as `nix --store DIR`', notEmpty)
    .addOption(
      new Option('--progress <kind>', 'what to tell on standard error')
        .choices(['auto', 'bar', 'plain', 'json', 'off'])
        .default('auto'),
    )
    .option('--single-pass', 'name layers by position, not by digest, so that every file is read once')
    .option('--verify', 'sum again what is written, and fail if it is not what was announced')
    .option('--trace <file>', 'write a timeline of all threads, for Perfetto (https://ui.perfetto.dev)', notEmpty)
    .option('--report <file.html>', 'write a page that shows where the time and the bytes went', notEmpty)
    .version(readVersion(), '-V, --version')
    .addHelpText('after', STREAM_EXAMPLES)
    .action(async (conf: string, { repo_tag, ...options }: StreamOptions & { repo_tag?: string }) => {
      const { streamCommand } = await import('./stream-command.js');
      process.exitCode = await streamCommand(conf, { ...options, repoTag: options.repoTag ?? repo_tag });
    });
}

function addVerify(program: Command): void {
  program
    .command('verify')
    .summary('check every claim of a docker-archive or an OCI image layout')
    .description(
      'Reads a docker-archive, an OCI image layout or an archive of one, and computes all it claims anew: ' +
        'digests, sizes, names, counts, and their documents.',
    )
    .argument('<path>', 'an archive, plain or compressed, or the directory of a layout; - for standard input')
    .version(readVersion(), '-V, --version')
    .addHelpText('after', VERIFY_EXAMPLES)
    .action(async (path: string) => {
      const { verifyCommand } = await import('./verify-command.js');
      process.exitCode = await verifyCommand(path);
    });
}

function confArgument(): Argument {
  return new Argument('<conf>', 'conf.json of streamLayeredImage, of either kind; - for standard input');
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 1024) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 1024.');
  }
  return value;
}

function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}

function readVersion(): string {
  const about: { version: string } = JSON.parse(readFileSync(new URL(import.meta.resolve('#package')), 'utf8'));
  return about.version;
}
