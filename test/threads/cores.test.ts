import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { cgroupLimit, usableCores } from '../../src/threads/cores.js';
import { withTempDir } from '../support/temp-dir.js';

const UNLIMITED = Number.POSITIVE_INFINITY;

const CASES: readonly [what: string, files: Readonly<Record<string, string>>, limit: number][] = [
  ['no control groups', {}, UNLIMITED],
  [
    'version 2 without a limit',
    { 'proc/self/cgroup': '0::/a\n', 'sys/fs/cgroup/a/cpu.max': 'max 100000\n' },
    UNLIMITED,
  ],
  [
    'version 2, in the group itself',
    { 'proc/self/cgroup': '0::/a\n', 'sys/fs/cgroup/a/cpu.max': '150000 100000\n' },
    1.5,
  ],
  [
    'version 2, the least of all groups above',
    {
      'proc/self/cgroup': '0::/a/b/c\n',
      'sys/fs/cgroup/a/b/c/cpu.max': '400000 100000',
      'sys/fs/cgroup/a/cpu.max': '200000 100000',
      'sys/fs/cgroup/a/b/cpu.max': 'max 100000',
    },
    2,
  ],
  [
    'version 2, at the root of a container',
    { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '50000 100000' },
    0.5,
  ],
  [
    'version 1, below the controller of CPU time',
    {
      'proc/self/cgroup': '5:memory:/m\n4:cpu,cpuacct:/d\n1:name=systemd:/s\n',
      'sys/fs/cgroup/cpu/d/cpu.cfs_quota_us': '300000\n',
      'sys/fs/cgroup/cpu/d/cpu.cfs_period_us': '100000\n',
      'sys/fs/cgroup/cpu/m/cpu.cfs_quota_us': '100000\n',
    },
    3,
  ],
  [
    'version 1 without a limit',
    { 'proc/self/cgroup': '4:cpu:/d\n', 'sys/fs/cgroup/cpu/d/cpu.cfs_quota_us': '-1\n' },
    UNLIMITED,
  ],
  ['nonsense', { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': 'many\n' }, UNLIMITED],
];

for (const [what, files, limit] of CASES) {
  test(`the limit with ${what}`, () =>
    withTempDir((root) => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, name)), { recursive: true });
        writeFileSync(join(root, name), text);
      }
      assert.equal(cgroupLimit(root), limit);
      assert.equal(usableCores(root), Math.max(1, Math.min(availableParallelism(), Math.ceil(limit))));
    }));
}

test('this machine has a core at least', () => {
  assert.ok(usableCores() >= 1 && usableCores() <= availableParallelism());
});
