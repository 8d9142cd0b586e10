/** The arguments and options that commands share, and the parsers of their values. */
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';

/** Adds the options of all commands that build. */
export function addBuildOptions(command: Command): Command {
  return addTagOption(command)
    .option(
      '--workers <n>',
      'threads that walk, hash and compress (default: one for each core that this process may use)',
      wholeNumber,
    )
    .addOption(storeRootOption())
    .addOption(progressOption())
    .addOption(cacheDirOption())
    .option('--no-cache', 'use no digests of earlier builds, and keep none of this one')
    .option('--trace <file>', 'write a timeline of all threads, for Perfetto (https://ui.perfetto.dev)', notEmpty)
    .option('--report <file.html>', 'write a page that shows where the time and the bytes went', notEmpty);
}

/** Adds the option that names the image, also in the spellings of nixpkgs' scripts. */
export function addTagOption(command: Command): Command {
  const about = 'name of the image, such as app:1.2; may be repeated (default: as the conf says)';
  command.option('-t, --tag <name>', about, addValue);
  for (const flag of ['--repo-tag <name>', '--repo_tag <name>']) {
    const alias = new Option(flag).argParser(addValue).hideHelp();
    alias.attributeName = () => 'tag';
    command.addOption(alias);
  }
  return command;
}

export function progressOption(): Option {
  return new Option('--progress <kind>', 'what to show on standard error')
    .choices(['auto', 'bar', 'plain', 'json', 'off'])
    .default('auto');
}

export function storeRootOption(): Option {
  return new Option('--store-root <dir>', 'read store paths below this directory, as `nix --store DIR` does').argParser(
    notEmpty,
  );
}

export function cacheDirOption(): Option {
  const where = 'where the cache of layer digests is (default: layerstream in $XDG_CACHE_HOME or ~/.cache)';
  return new Option('--cache-dir <dir>', where).argParser(notEmpty);
}

export function confArgument(): Argument {
  return new Argument(
    '<conf>',
    'conf.json of streamLayeredImage, the script that it builds, or what describe --json prints; - for standard input',
  );
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 1024) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 1024.');
  }
  return value;
}

export function wholeDays(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of days, from 0 to 99999.');
  return Number(text);
}

export function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}

/** For an option that may be repeated: adds a value to those before it. */
export function addValue(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, notEmpty(text)];
}
