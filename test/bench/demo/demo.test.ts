/** The demo as people run it. What it builds is run in `test/e2e`. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, watch } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CliProcess } from '../../support/cli-run.js';
import { tempDir } from '../../support/temp-dir.js';

const DEMO = fileURLToPath(new URL('../../../bench/demo/main.js', import.meta.url));

const LEFT = ['demo-image.tar', 'demo-report.html'];

/** The rows of the table: how many layers were reused, how many there are, how many are new. */
const ROW =
  /^(first build|the same again|one package changed) +[\d.]+ s +(\d+) of (\d+) +(\d+) +([\d.]+ k?M?B) +([\da-f]{12})$/gm;

test('an image is built, built again and changed, and only what is documented is left', async (t) => {
  const [folder, temporary] = [tempDir(t), tempDir(t)];
  const demo = new CliProcess(process.execPath, [DEMO], { cwd: folder, env: { TMPDIR: temporary } });
  const { status, stdout, stderr } = await demo.ended;
  assert.deepEqual([status, stderr], [0, '']);
  const rows = [...stdout.toString().matchAll(ROW)].map(([, ...cells]) => cells);
  const [, , all, , , id] = rows[0] ?? [];
  const other = rows[2]?.at(-1);
  assert.notEqual(other, id);
  assert.deepEqual(
    rows.map(([title, reused, layers, added]) => [title, reused, layers, added]),
    [
      ['first build', '0', all, all],
      ['the same again', all, all, '0'],
      ['one package changed', String(Number(all) - 1), all, '1'],
    ],
  );
  assert.equal(rows[1]?.[4], '0 B');
  assert.equal(rows[1]?.at(-1), id);
  for (const file of LEFT) assert.ok(stdout.includes(file));
  assert.ok(stdout.toString().trimEnd().split('\n').length <= 24, 'it is one screen');
  assert.deepEqual(readdirSync(folder).sort(), LEFT);
  assert.deepEqual(readdirSync(temporary), []);
  const ignored = readFileSync(new URL('../../../../.gitignore', import.meta.url), 'utf8').split('\n');
  for (const file of LEFT) assert.ok(ignored.includes(`/${file}`));
});

test('a signal ends it, and nothing unfinished is left', async (t) => {
  const [folder, temporary] = [tempDir(t), tempDir(t)];
  const demo = new CliProcess(process.execPath, [DEMO], { cwd: folder, env: { TMPDIR: temporary } });
  // The archive is unfinished as long as it has another name.
  const watcher = watch(folder, (_, name) => {
    if (name?.startsWith('.') !== true) return;
    watcher.close();
    process.kill(demo.pid, 'SIGINT');
  });
  t.after(() => watcher.close());
  assert.equal((await demo.ended).signal, 'SIGINT');
  assert.deepEqual(
    readdirSync(folder).filter((name) => name !== 'demo-report.html'),
    [],
  );
  assert.deepEqual(readdirSync(temporary), []);
});
