/** Arguments that cannot be used. */
import { join } from 'node:path';
import { type BadInput, build, testBadInputs } from '../support/cli-bad-input.js';
import type { TestStore } from '../support/cli-store.js';

const ROWS: BadInput[] = [
  {
    name: 'an option and no conf',
    args: () => ['--verify'],
    message: "missing required argument 'conf'\n(run it with --help for more)",
  },
  {
    name: 'an option that there is not',
    args: () => ['--bogus', 'conf.json'],
    message: "unknown option '--bogus'\n(run it with --help for more)",
  },
  {
    name: 'two confs',
    args: (store) => [store.conf(), 'image.tar'],
    code: 'USAGE',
    message: 'stream takes one conf, and image.tar is given, too',
    hint: 'To write to a file, use `--output image.tar`. `layerstream oci` takes several confs.',
  },
  {
    name: 'two paths for describe',
    args: (store) => ['describe', store.conf(), 'other.json'],
    message: "too many arguments for 'describe'. Expected 1 argument but got 2.\n(run it with --help for more)",
  },
  ...(
    [
      [['descibe', 'conf.json', '--json'], 'describe'],
      [['strem', '-'], 'stream'],
      [['descibe'], 'describe'],
      [['Verify', 'image.tar'], 'verify'],
      [['cach', 'stats'], 'cache'],
    ] as const
  ).map(
    ([args, command]): BadInput => ({
      name: `${args[0]}, which is no command but like one`,
      args: () => args,
      message: `unknown command '${args[0]}'\n(Did you mean ${command}?)\n(run it with --help for more)`,
    }),
  ),
  {
    name: 'a word that is like no command',
    args: () => ['build', 'conf.json'],
    message: "unknown command 'build', and no file has this name\n(run it with --help for more)",
  },
  {
    name: 'a command of the cache that there is not',
    args: () => ['cache', 'wash'],
    message: "unknown command 'wash'\n(run it with --help for more)",
  },
  {
    name: 'verify without a path',
    args: () => ['verify'],
    message: "missing required argument 'path'\n(run it with --help for more)",
  },
  ...['0', 'abc', '99999', '-1', '1.5', ''].map((workers) => ({
    name: `--workers ${workers === '' ? 'of nothing' : workers}`,
    args: (store: TestStore) => [store.conf(), `--workers=${workers}`],
    message:
      `option '--workers <n>' argument '${workers}' is invalid. It must be a whole number from 1 to 1024.\n` +
      '(run it with --help for more)',
  })),
  {
    name: 'a kind of progress that there is not',
    args: (store) => [store.conf(), '--progress', 'loud'],
    message: "option '--progress <kind>' argument 'loud' is invalid. Allowed choices are auto, bar, plain, json, off.",
  },
  {
    name: 'an empty tag',
    args: (store) => [store.conf(), '-t', ''],
    message: "option '-t, --tag <name>' argument '' is invalid. It must not be empty.",
  },
  {
    name: 'an empty tag, as the first script spelled it',
    args: (store) => [store.conf(), '--repo_tag='],
    message: "option '--repo_tag <name>' argument '' is invalid. It must not be empty.",
  },
  ...['stream', 'describe'].flatMap((command) =>
    ['-t', '--tag', '--repo-tag', '--repo_tag'].map(
      (option): BadInput => ({
        name: `${command} with ${option} that names no image, before the conf is read`,
        args: (store) => [command, join(store.directory, 'missing.json'), '-t', 'app:1', option, 'Bad Tag'],
        code: 'USAGE',
        message: '"Bad Tag" is not an image name',
        hint: 'A name is like app:1.2 or registry.example/team/app:1.2, with no capitals in the repository.',
      }),
    ),
  ),
  {
    name: '-o with an empty name',
    args: (store) => build(store, store.conf(), '-o', ''),
    message: "option '-o, --output <file>' argument '' is invalid. It must not be empty.",
  },
  {
    name: '-o in a directory that is missing',
    args: (store) => build(store, store.conf(), '-o', join(store.directory, 'missing/image.tar')),
    code: 'USAGE',
    message: 'DIR/missing/image.tar cannot be written: directory DIR/missing does not exist',
    hint: 'Make it first, or write elsewhere.',
  },
  {
    name: '-o that is a directory',
    args: (store) => build(store, store.conf(), '-o', store.outputs),
    code: 'USAGE',
    message: 'DIR/outputs cannot be written: it is a directory',
    hint: 'Name a file in it.',
  },
  {
    name: '-o that ends in a slash',
    args: (store) => build(store, store.conf(), '-o', `${store.output()}/`),
    code: 'USAGE',
    message: 'DIR/outputs/image.tar/ cannot be written: it names no file',
  },
  {
    name: '-o below a file',
    args: (store) => build(store, store.conf(), '-o', join(store.conf(), 'image.tar')),
    code: 'USAGE',
    message: 'DIR/conf.json/image.tar cannot be written: DIR/conf.json is not a directory',
  },
  {
    name: '-o where nothing can be made',
    args: (store) => build(store, store.conf(), '-o', '/proc/self/image.tar'),
    code: 'USAGE',
    message:
      '/proc/self/image.tar cannot be written: no file can be made in /proc/self: ENOENT: no such file or directory',
    hint: 'Write to a directory in which this user may make files.',
  },
  ...['--trace', '--report'].flatMap((option): BadInput[] => [
    {
      name: `${option} to standard output`,
      args: (store) => build(store, store.conf(), option, '-'),
      code: 'USAGE',
      message: `${option} cannot be written to standard output`,
      hint: 'Name a file.',
    },
    {
      name: `${option} with an empty name`,
      args: (store) => build(store, store.conf(), option, ''),
      message: `option '${option} <file${option === '--report' ? '.html' : ''}>' argument '' is invalid. It must not be empty.`,
    },
    {
      name: `${option} in a directory that is missing`,
      args: (store) => build(store, store.conf(), '-o', store.output(), option, join(store.directory, 'missing/file')),
      code: 'USAGE',
      message: 'DIR/missing/file cannot be written: directory DIR/missing does not exist',
      hint: 'Make it first, or write elsewhere.',
    },
    {
      name: `${option} that is a directory`,
      args: (store) => build(store, store.conf(), '-o', store.output(), option, store.outputs),
      code: 'USAGE',
      message: 'DIR/outputs cannot be written: it is a directory',
      hint: 'Name a file in it.',
    },
  ]),
  {
    name: 'a store root that is missing',
    args: (store) => [store.conf(), '--store-root', join(store.directory, 'missing')],
    code: 'USAGE',
    message: 'store root DIR/missing cannot be used: ENOENT: no such file or directory',
  },
  {
    name: 'a store root that is a file',
    args: (store) => [store.conf(), '--store-root', store.file('root-file', '')],
    code: 'USAGE',
    message: 'store root DIR/root-file cannot be used: it is not a directory',
  },
];

testBadInputs('arguments that are refused', ROWS);
