import type { Command } from 'commander';
import type { CacheOptions } from '../cache-command.js';
import { cacheDirOption, wholeDays } from '../options.js';

const EXAMPLES = `
Examples:
  $ layerstream cache stats --json
  $ layerstream cache prune --older-than 7
  $ layerstream cache clear --cache-dir /var/cache/layerstream`;

const EXAMPLES_OF = {
  stats: `
Examples:
  $ layerstream cache stats
  $ layerstream cache stats --json | jq .bytes`,
  prune: `
Examples:
  $ layerstream cache prune
  $ layerstream cache prune --older-than 7`,
  clear: `
Examples:
  $ layerstream cache clear
  $ layerstream cache clear --cache-dir /var/cache/layerstream`,
} as const;

export function addCache(program: Command): Command {
  const cache = program
    .command('cache')
    .summary('show or empty the cache of layer digests')
    .description('Looks after the cache: the digests of layers that were hashed before, kept for the next build.')
    .addHelpText('after', EXAMPLES);
  const add = (name: keyof typeof EXAMPLES_OF, description: string): Command =>
    cache.command(name).description(description).addOption(cacheDirOption()).addHelpText('after', EXAMPLES_OF[name]);
  add('stats', 'Shows where the cache is, how large it is, and when it was last used.')
    .option('--json', 'print it as one line of JSON')
    .action(async (options: CacheOptions & { json?: boolean }) => {
      const { cacheStatsCommand } = await import('../cache-command.js');
      process.exitCode = await cacheStatsCommand(options);
    });
  add('prune', 'Removes entries that were not used for 30 days, or as --older-than says. Builds do this, too.')
    .option('--older-than <days>', 'remove what has not been used for this many days (default: 30)', wholeDays)
    .action(async (options: CacheOptions & { olderThan?: number }) => {
      const { cachePruneCommand } = await import('../cache-command.js');
      process.exitCode = await cachePruneCommand(options);
    });
  add('clear', 'Removes all of the cache, and nothing else that is in its directory.').action(
    async (options: CacheOptions) => {
      const { cacheClearCommand } = await import('../cache-command.js');
      process.exitCode = await cacheClearCommand(options);
    },
  );
  return cache;
}
