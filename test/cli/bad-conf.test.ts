/** Confs whose text alone shows that they cannot be built. */
import { type BadInput, build, testBadInputs } from '../support/cli-bad-input.js';
import { APP, type ConfFields } from '../support/cli-store.js';

/** A file that is no conf at all. */
function text(name: string, content: string | Uint8Array, message: string): BadInput {
  const args: BadInput['args'] = (store) => build(store, store.file('text', content));
  return { name, args, code: 'CONF_INVALID', message: `DIR/text: ${message}` };
}

/** A conf of current nixpkgs' kind with some fields changed. */
function fields(name: string, changes: ConfFields, message: string): BadInput {
  const args: BadInput['args'] = (store) => build(store, store.currentConf(changes));
  return { name, args, code: 'CONF_INVALID', message: `DIR/conf.json: ${message}` };
}

function time(name: string, value: string, expected: string): BadInput[] {
  return ['created', 'mtime'].map((key) =>
    fields(`${key} ${name}`, { [key]: value }, `${key}: expected ${expected}, found "${value}"`),
  );
}

function path(name: string, value: string, expected: string): BadInput {
  const message = `store_layers[1][1]: expected ${expected}, found "${value}"`;
  return fields(`a store path ${name}`, { store_layers: [[], [APP, value]] }, message);
}

testBadInputs('confs that are no JSON object', [
  text('one that breaks off', '{\n  "created": "now",', 'not JSON: line 2, column 20: expected a key in double quotes'),
  text('one that is something else', 'ELF?', 'not JSON: line 1, column 1: expected a value'),
  text('one with a comma too many', '{"a": 1,\n}', 'not JSON: line 2, column 1: expected a key in double quotes'),
  text('one that is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'not JSON: not UTF-8 text'),
  text('a text', '"conf"', 'expected an object, found "conf"'),
  text('NaN', '{"config":\n  NaN}', 'not JSON: line 2, column 3: expected a value'),
  text('Infinity', '{"config": -Infinity}', 'not JSON: line 1, column 12: expected a value'),
  text('a number that overflows', '{"config": 1e999}', 'not JSON: line 1, column 17: 1e999 is too large for a number'),
  text('deep nesting', '['.repeat(100_000), 'not JSON: line 1, column 901: nested more than 900 deep'),
  text('a raw control character', '"a\nb"', 'not JSON: line 1, column 3: raw control character in a string'),
]);

testBadInputs('confs with missing or wrong fields', [
  ...['architecture', 'created', 'repo_tag', 'customisation_layer'].map((key) =>
    fields(`no ${key}`, { [key]: undefined }, `${key}: expected a string, found nothing`),
  ),
  fields('no store_layers', { store_layers: undefined }, 'store_layers: expected a list of layers, found nothing'),
  fields('no config', { config: undefined }, 'config: expected an object, found nothing'),
  fields('an empty repo_tag', { repo_tag: '' }, 'repo_tag: expected a string that is not empty, found ""'),
  fields(
    'many faults, all reported at once',
    { architecture: 1, config: [], created: null, mtime: 4, store_layers: [[], [1], 'x', [true]], uid: 'x' },
    '8 faults\n' +
      '  architecture: expected a string, found 1\n' +
      '  store_layers[1][0]: expected a string, found 1\n' +
      '  store_layers[2]: expected a list of store paths, found "x"\n' +
      '  store_layers[3][0]: expected a string, found true\n' +
      '  created: expected a string, found null\n' +
      '  mtime: expected a string, found 4\n' +
      '  uid: expected a whole number, or its decimal text, found "x"\n' +
      '  config: expected an object, found []',
  ),
  fields('uid null', { uid: null }, 'uid: expected a whole number, or its decimal text, found null'),
  fields('gid 1.5', { gid: 1.5 }, 'gid: expected a whole number within ±2^53, found 1.5'),
  fields(
    'uid too large',
    { uid: '9'.repeat(20) },
    `uid: expected a whole number within ±2^53, found "${'9'.repeat(20)}"`,
  ),
  ...time('without an offset', '2020-01-01T00:00:00', 'a time with its offset from UTC, such as …Z or …+00:00'),
  ...time('on a day that there is not', '2023-02-29T00:00:00Z', 'a time that exists'),
  ...time('in other words', 'yesterday', 'a time such as 1970-01-01T00:00:01+00:00, or "now"'),
  path('outside the store', '/etc/passwd', 'a path below /nix/store'),
  path('that is the store', '/nix/store/', 'a path without "." or empty components'),
  path('that is relative', 'nix/store/app', 'a path below /nix/store'),
  path('with ..', '/nix/store/../../etc/passwd', 'a path without ".."'),
  path('with an empty component', '/nix/store//app', 'a path without "." or empty components'),
  fields(
    'a relative store_dir',
    { store_dir: 'nix/store' },
    'store_dir: expected an absolute path without "..", "." or doubled slashes, found "nix/store"',
  ),
  fields('from_image of another type', { from_image: 7 }, 'from_image: expected a string, found 7'),
  fields(
    'Env of another type, to be merged with a base',
    { from_image: '/base.tar', config: { Env: ['A=1', 2] } },
    'config.Env[1]: expected a string, found 2',
  ),
]);
