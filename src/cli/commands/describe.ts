import type { Command } from 'commander';
import type { DescribeCommandOptions } from '../describe-command.js';
import { addTagOption, cacheDirOption, confArgument, storeRootOption, wholeNumber } from '../options.js';

const EXAMPLES = `
Examples:
  $ layerstream describe conf.json
  $ layerstream describe conf.json --json | jq -r '.layers[] | [.size, .diffId.digest] | @tsv'
  $ layerstream describe conf.json --json | jq -j .image.config.text | sha256sum`;

export function addDescribe(program: Command): Command {
  const command = program
    .command('describe')
    .summary('show what an image is, without building it')
    .description(
      'Shows the layers of the image of a conf. If all their digests are known, its ID and the digests of its ' +
        'manifests follow.',
    )
    .addArgument(confArgument())
    .option('--json', 'print all that is known, as one line of JSON');
  return addTagOption(command)
    .option('--workers <n>', 'threads that walk trees (default: the cores that this process may use)', wholeNumber)
    .addOption(storeRootOption())
    .addOption(cacheDirOption())
    .option('--no-cache', 'use no digests of earlier builds')
    .addHelpText('after', EXAMPLES)
    .action(async (conf: string, options: DescribeCommandOptions) => {
      const { describeCommand } = await import('../describe-command.js');
      process.exitCode = await describeCommand(conf, options);
    });
}
