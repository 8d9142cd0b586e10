import type { Command } from 'commander';
import { progressOption, wholeNumber } from '../options.js';
import type { VerifyCommandOptions } from '../verify-command.js';

const EXAMPLES = `
Examples:
  $ layerstream verify image.tar
  $ layerstream verify image.tar --json | jq -r '.images[].layers[].diffId'
  $ docker save app:1.2 | gzip | layerstream verify -
  $ skopeo copy docker://registry.example/app:1.2 oci:layout:1.2 && layerstream verify layout`;

export function addVerify(program: Command): Command {
  return program
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
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, options: VerifyCommandOptions) => {
      const { verifyCommand } = await import('../verify-command.js');
      process.exitCode = await verifyCommand(path, options);
    });
}
