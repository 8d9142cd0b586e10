import type { Command } from 'commander';
import { addBuildOptions, confArgument, notEmpty } from '../options.js';
import type { StreamOptions } from '../stream-command.js';

const EXAMPLES = `
Examples:
  $ layerstream stream conf.json | podman load
  $ layerstream stream conf.json -t registry.example/app:1.2 -o image.tar
  $ layerstream stream $(nix build --print-out-paths .#image.conf) | docker load
  $ jq '.architecture = "arm64"' conf.json | layerstream stream - > image.tar
  $ layerstream stream conf.json --compression gzip | skopeo copy docker-archive:/dev/stdin dir:image
  $ layerstream stream conf.json --layout images --layout-compression zstd | docker load
  $ layerstream stream conf.json --store-root /mnt/chroot-store > image.tar`;

export function addStream(program: Command): Command {
  const command = program
    .command('stream')
    .summary('build an image and stream it as a docker-archive (the default command)')
    .description('Builds the image of a conf and writes it as a docker-archive, to standard output by default.')
    .addArgument(confArgument())
    // They are refused with what was meant by them.
    .allowExcessArguments()
    .option(
      '-o, --output <file>',
      'write to a file, which appears complete or not at all (default: standard output)',
      notEmpty,
    )
    .option(
      '--compression <kind>',
      'compress the archive: none, gzip or zstd, or with a level: gzip:9, zstd:3 (default: none)',
      notEmpty,
    )
    .option('--layout <dir>', 'also write the image into an OCI image layout, in the same pass', notEmpty)
    .option(
      '--layout-compression <kind>',
      'with --layout: how its layers are compressed: none, gzip or zstd, or with a level (default: none)',
      notEmpty,
    )
    .option('--gc', 'with --layout: in the end, remove blobs that no image of the layout needs')
    .option('--single-pass', 'name layers by position, not by digest, so that every file is read only once')
    .option('--verify', 'hash every layer, whatever the cache knows, and the output again; fail if they differ');
  return addBuildOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (conf: string, options: StreamOptions, { args }: Command) => {
      const { streamCommand } = await import('../stream-command.js');
      process.exitCode = await streamCommand([conf, ...args.slice(1)], options);
    });
}
