import type { Command } from 'commander';
import type { OciOptions } from '../oci-command.js';
import { addBuildOptions, notEmpty } from '../options.js';
import type { Paths } from '../with-source.js';

const EXAMPLES = `
Examples:
  $ layerstream oci conf.json images && skopeo copy oci:images:1.2 docker://registry.example/app:1.2
  $ layerstream oci conf.json images -t app:1.2 -t app:latest --compression zstd --gc
  $ layerstream oci amd64.json arm64.json images && skopeo copy --all oci:images:1.2 docker://registry.example/app:1.2
  $ layerstream oci conf.json -o image.tar --compression gzip && docker load < image.tar`;

export function addOci(program: Command): Command {
  const command = program
    .command('oci')
    .summary('build an image into an OCI image layout, or an archive of one')
    .description(
      'Builds the image of a conf into a directory, as an OCI image layout, or with --output into an archive of one. ' +
        'The images of several confs, each for another platform, become one index.',
    )
    .usage('[options] <conf...> [dir]')
    .argument(
      '<conf...>',
      'confs of streamLayeredImage, or the scripts that it builds; - for standard input. Without --output, the last ' +
        'path is the directory of the layout. It is made if it is missing, and other images in it stay.',
    )
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
    .action(async (paths: Paths, options: OciOptions) => {
      const { ociCommand } = await import('../oci-command.js');
      process.exitCode = await ociCommand(paths, options);
    });
}
