import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { ChrootStore } from '../../../bench/chroot-store.js';
import { addNodeRuntime } from '../../../bench/demo/node-runtime.js';
import { tempDir } from '../../support/temp-dir.js';

test('Node.js runs with nothing but store paths', (t) => {
  const store = new ChrootStore(join(tempDir(t), 'store'));
  const { paths, command } = addNodeRuntime(store);
  for (const word of command.filter((part) => part.startsWith('/'))) {
    assert.ok(
      paths.some((path) => word.startsWith(`${path}/`)),
      word,
    );
  }
  const [program = '', ...args] = command.map((word) => (word.startsWith('/') ? store.root + word : word));
  // The program's own maps show what was loaded.
  const script = "fs.readFileSync('/proc/self/maps', 'utf8')";
  const maps = execFileSync(program, [...args, '--print', script], { encoding: 'utf8', env: {} });
  const files = maps.split('\n').flatMap((line) => /\/.*$/.exec(line) ?? []);
  const libraries = files.filter((file) => /\.so\b/.test(file));
  assert.deepEqual(
    libraries.filter((file) => !file.startsWith(store.root)),
    [],
  );
});

test('without ldd it says what is missing', (t) => {
  const { env } = process;
  const { PATH } = env;
  t.after(() => {
    Object.assign(env, { PATH });
  });
  Object.assign(env, { PATH: tempDir(t) });
  const store = new ChrootStore(join(tempDir(t), 'store'));
  assert.throws(() => addNodeRuntime(store), { message: /^there is no ldd here/ });
});
