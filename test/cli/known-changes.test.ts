/** Builds of trees that changed since they were hashed. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { assertBuilt, Place } from '../support/cli-known.js';
import { APP } from '../support/cli-store.js';
import { awaitNextCtime } from '../support/ctime.js';

/** Each change leaves a tree with other bytes, or one whose sizes and times are as before. */
const CHANGES: Readonly<Record<string, (app: string) => void>> = {
  'was written over, with its old size and time': (app) => {
    const { atime, mtime } = statSync(`${app}/bin/app`);
    writeFileSync(`${app}/bin/app`, '#!/bin/no\n');
    utimesSync(`${app}/bin/app`, atime, mtime);
  },
  'was replaced by rename, with its old size and time': (app) => {
    const { atime, mtime } = statSync(`${app}/bin/app`);
    writeFileSync(`${app}.new`, '#!/bin/no\n');
    utimesSync(`${app}.new`, atime, mtime);
    renameSync(`${app}.new`, `${app}/bin/app`);
  },
  'is linked to another now': (app) => {
    rmSync(`${app}/bin/app`);
    linkSync(`${app}/share/doc`, `${app}/bin/app`);
  },
  'has another mode': (app) => chmodSync(`${app}/bin/app`, 0o755),
  'is a link with another target': (app) => {
    rmSync(`${app}/link`);
    symlinkSync('bun', `${app}/link`);
  },
  'lies in a directory that was swapped with another': (app) => {
    renameSync(`${app}/bin`, `${app}/swap`);
    renameSync(`${app}/share`, `${app}/bin`);
    renameSync(`${app}/swap`, `${app}/share`);
  },
  'has another time': (app) => utimesSync(`${app}/bin/app`, 5, 5),
  'has a new neighbour': (app) => mkdirSync(`${app}/bin/new`),
};

describe('a layer is hashed again, to the right digest, where a file', { concurrency: 2 }, () => {
  for (const [name, change] of Object.entries(CHANGES)) {
    it(name, async (t) => {
      const place = new Place(t);
      const app = place.store.at(APP);
      symlinkSync('bin', `${app}/link`);
      await place.seed();
      const before = await place.build();
      assert.deepEqual(before.hashed, []);
      awaitNextCtime(`${app}/bin/app`, join(place.store.directory, 'probe'));
      change(app);
      const { bytes } = await place.plain();
      assert.ok(!bytes.equals(before.bytes), 'the change changes nothing');
      assertBuilt(await place.build(), { bytes, hashed: [1] });
    });
  }
});
