import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import type { CacheOptions } from './cache-command.js';
import type { DescribeCommandOptions } from './describe-command.js';
import type { OciOptions } from './oci-command.js';
import {
  addBuildOptions,
  addTagOption,
  cacheDirOption,
  confArgument,
  notEmpty,
  progressOption,
  storeRootOption,
  wholeDays,
  wholeNumber,
} from './options.js';
import { reportError } from './report-error.js';
import type { StreamOptions } from './stream-command.js';
import type { VerifyCommandOptions } from './verify-command.js';

const EXAMPLES = `
Examples:
  $ layerstream conf.json | docker load
  $ layerstream conf.json -o image.tar && skopeo copy docker-archive:image.tar dir:image
  $ layerstream verify image.tar

Exit status:
  0  done
  1  failed, or the reader of the output went away, or what is verified makes a false claim
  2  wrong usage, or a conf, base image or customisation layer that cannot be built from
  3  verify could not check everything; what it checked holds
  On SIGINT, SIGTERM and SIGHUP the program cleans up and dies of the signal.`;

const STREAM_EXAMPLES = `
Examples:
  $ layerstream stream conf.json | podman load
  $ layerstream stream conf.json -t registry.example/app:1.2 -o image.tar
  $ layerstream stream $(nix build --print-out-paths .#image.conf) | docker load
  $ jq '.architecture = "arm64"' conf.json | layerstream stream - > image.tar
  $ layerstream stream conf.json --layout images --compression zstd | docker load
  $ layerstream stream conf.json --store-root /mnt/chroot-store > image.tar`;

const OCI_EXAMPLES = `
Examples:
  $ layerstream oci conf.json images && skopeo copy oci:images:1.2 docker://registry.example/app:1.2
  $ layerstream oci conf.json images -t app:1.2 -t app:latest --compression zstd --gc
  $ layerstream oci conf.json -o image.tar --compression gzip && docker load < image.tar`;

const DESCRIBE_EXAMPLES = `
Examples:
  $ layerstream describe conf.json
  $ layerstream describe conf.json --json | jq -r '.layers[] | [.size, .diffId.digest] | @tsv'
  $ layerstream describe conf.json --json | jq -j .image.config.text | sha256sum`;

const VERIFY_EXAMPLES = `
Examples:
  $ layerstream verify image.tar
  $ layerstream verify image.tar --json | jq -r '.images[].layers[].diffId'
  $ docker save app:1.2 | gzip | layerstream verify -
  $ skopeo copy docker://registry.example/app:1.2 oci:layout:1.2 && layerstream verify layout`;

const CACHE_EXAMPLES = `
Examples:
  $ layerstream cache stats --json
  $ layerstream cache prune --older-than 7
  $ layerstream cache clear --cache-dir /var/cache/layerstream`;

/** Runs the program and sets the exit status; does not throw. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  // Nobody may be reading progress or help any more: no reason to stop.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await makeProgram().parseAsync([...argv]);
  } catch (error) {
    // Commander has reported it already.
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
  addOci(program);
  addDescribe(program);
  addVerify(program);
  addCache(program);
  return program;
}

function addOci(program: Command): void {
  const command = program
    .command('oci')
    .summary('build an image into an OCI image layout, or an archive of one')
    .description(
      'Builds the image of a conf into a directory, as an OCI image layout, or with --output into an archive of one.',
    )
    .addArgument(confArgument())
    .argument('[dir]', 'the layout: made if it is missing; other images in it stay')
    .option(
      '-o, --output <file>',
      'write an archive instead, which `docker load` reads too; - for standard output',
      notEmpty,
    )
    .option('--compression <kind>', 'none, gzip or zstd, or with a level: gzip:9, zstd:3 (default: none)', notEmpty)
    .option('--gc', 'in the end, remove blobs that no image of the layout needs')
    .option('--verify', 'hash and write every layer, even if its digest is known or its blob is there');
  addBuildOptions(command)
    .version(readVersion(), '-V, --version')
    .addHelpText('after', OCI_EXAMPLES)
    .action(async (conf: string, directory: string | undefined, options: OciOptions) => {
      const { ociCommand } = await import('./oci-command.js');
      process.exitCode = await ociCommand(conf, directory, options);
    });
}

function addStream(program: Command): void {
  const command = program
    .command('stream', { isDefault: true })
    .summary('build an image and stream it as a docker-archive (the default command)')
    .description('Builds the image of a conf and writes it as a docker-archive, to standard output by default.')
    .addArgument(confArgument())
    .option(
      '-o, --output <file>',
      'write to a file, which appears complete or not at all (default: standard output)',
      notEmpty,
    )
    .option('--layout <dir>', 'put the image into an OCI image layout, too, from the same single pass', notEmpty)
    .option(
      '--compression <kind>',
      'with --layout: none, gzip or zstd, or with a level: gzip:9 (default: none)',
      notEmpty,
    )
    .option('--gc', 'with --layout: remove blobs that no image of the layout needs, in the end')
    .option('--single-pass', 'name layers by position, not by digest, so that every file is read only once')
    .option('--verify', 'hash the output again, and fail if it is not what was announced');
  addBuildOptions(command)
    .version(readVersion(), '-V, --version')
    .addHelpText('after', STREAM_EXAMPLES)
    .action(async (conf: string, options: StreamOptions) => {
      const { streamCommand } = await import('./stream-command.js');
      process.exitCode = await streamCommand(conf, options);
    });
}

function addDescribe(program: Command): void {
  const command = program
    .command('describe')
    .summary('show what an image is, without building it')
    .description(
      'Shows the layers of the image of a conf. If all their digests are known, its ID and the digests of its ' +
        'manifests follow.',
    )
    .addArgument(confArgument())
    .option('--json', 'print all that is known, as one line of JSON');
  addTagOption(command)
    .option('--workers <n>', 'threads that walk trees (default: the cores that this process may use)', wholeNumber)
    .addOption(storeRootOption())
    .addOption(cacheDirOption())
    .option('--no-cache', 'use no digests of earlier builds')
    .version(readVersion(), '-V, --version')
    .addHelpText('after', DESCRIBE_EXAMPLES)
    .action(async (conf: string, options: DescribeCommandOptions) => {
      const { describeCommand } = await import('./describe-command.js');
      process.exitCode = await describeCommand(conf, options);
    });
}

function addVerify(program: Command): void {
  program
    .command('verify')
    .summary('check every claim of a docker-archive or an OCI image layout')
    .description(
      'Reads a docker-archive, an OCI image layout or an archive of one, and recomputes all that it claims: ' +
        'digests, sizes, names, counts and documents.',
    )
    .argument('<path>', 'an archive, plain or compressed, or the directory of a layout; - for standard input')
    .option('--json', 'print what was found as one line of JSON')
    .option('--layers', 'show the layers of each image, also where there is more than one')
    .option('--workers <n>', 'threads that read files (default: the cores that this process may use)', wholeNumber)
    .addOption(progressOption())
    .version(readVersion(), '-V, --version')
    .addHelpText('after', VERIFY_EXAMPLES)
    .action(async (path: string, options: VerifyCommandOptions) => {
      const { verifyCommand } = await import('./verify-command.js');
      process.exitCode = await verifyCommand(path, options);
    });
}

function addCache(program: Command): void {
  const cache = program
    .command('cache')
    .summary('show or empty the cache of layer digests')
    .description('Looks after the cache: the digests of layers that were hashed before, kept for the next build.')
    .version(readVersion(), '-V, --version')
    .addHelpText('after', CACHE_EXAMPLES);
  const add = (name: string, description: string): Command =>
    cache.command(name).description(description).addOption(cacheDirOption()).addHelpText('after', CACHE_EXAMPLES);
  add('stats', 'Shows where the cache is, how much it holds, and when that was used.')
    .option('--json', 'print it as one line of JSON')
    .action(async (options: CacheOptions & { json?: boolean }) => {
      const { cacheStatsCommand } = await import('./cache-command.js');
      process.exitCode = cacheStatsCommand(options);
    });
  add('prune', 'Removes what has not been used for long. Builds also do this.')
    .option('--older-than <days>', 'remove what has not been used for this many days (default: 30)', wholeDays)
    .action(async (options: CacheOptions & { olderThan?: number }) => {
      const { cachePruneCommand } = await import('./cache-command.js');
      process.exitCode = cachePruneCommand(options);
    });
  add('clear', 'Removes all of the cache, and nothing else that is in its directory.').action(
    async (options: CacheOptions) => {
      const { cacheClearCommand } = await import('./cache-command.js');
      process.exitCode = cacheClearCommand(options);
    },
  );
}

function readVersion(): string {
  const about: { version: string } = JSON.parse(readFileSync(new URL(import.meta.resolve('#package')), 'utf8'));
  return about.version;
}
