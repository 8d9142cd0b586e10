import type { Command } from 'commander';
import type { OciOptions } from '../oci-command.js';
import { addBuildOptions, confArgument, notEmpty } from '../options.js';

const EXAMPLES = `
Examples:
  $ layerstream oci conf.json images && skopeo copy oci:images:1.2 docker://registry.example/app:1.2
  $ layerstream oci conf.json images -t app:1.2 -t app:latest --compression zstd --gc
  $ layerstream oci conf.json -o image.tar --compression gzip && docker load < image.tar`;

export function addOci(program: Command): Command {
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
  return addBuildOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (conf: string, directory: string | undefined, options: OciOptions) => {
      const { ociCommand } = await import('../oci-command.js');
      process.exitCode = await ociCommand(conf, directory, options);
    });
}
