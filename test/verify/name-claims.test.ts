import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Findings } from '../../src/verify/findings.js';
import { checkAnnotatedNames, checkRepoTags } from '../../src/verify/name-claims.js';

test('a name that clients refuse is a mismatch of a docker-archive', () => {
  for (const name of ['Bad Tag', 'UPPER:1', '', 'app:', 'app:-x', '<none>:<none>', 'app:1:2']) {
    const findings = new Findings();
    checkRepoTags([name], findings);
    assert.deepEqual(findings.mismatches, [
      `manifest.json gives the name ${JSON.stringify(name)}, which clients refuse`,
    ]);
    assert.deepEqual(findings.notes, []);
  }
});

test('a name that only some clients take is noted', () => {
  const findings = new Findings();
  const digest = `sha256:${'a'.repeat(64)}`;
  checkRepoTags(['team/app', 'h:5000/x', `app:1@${digest}`], findings);
  assert.deepEqual(findings.mismatches, []);
  assert.deepEqual(findings.notes, [
    'manifest.json gives the name "team/app" without a tag, which Docker and Podman refuse',
    'manifest.json gives the name "h:5000/x" without a tag, which Docker and Podman refuse',
    `manifest.json gives the name "app:1@${digest}" with a digest, which Podman refuses`,
  ]);
});

test('good names are no remark, and in a layout a name may be only a tag', () => {
  const findings = new Findings();
  checkRepoTags(['app:1.2', 'registry.example:5000/team/app:1.2'], findings);
  for (const [full, tag] of [
    ['docker.io/library/app:1', '1'],
    ['registry.example/app:1.2', 'registry.example/app:1.2'],
    ['localhost/app:1', 'V1.2-rc--1'],
  ] as const) {
    checkAnnotatedNames({ place: 'i', annotations: annotations(full, tag) }, findings);
  }
  checkAnnotatedNames({ place: 'i', annotations: new Map() }, findings);
  assert.deepEqual([findings.mismatches, findings.notes], [[], []]);
});

test('a name that is none is noted of a layout', () => {
  const findings = new Findings();
  checkAnnotatedNames({ place: 'index.json manifests[0]', annotations: annotations('Bad Name', '-x') }, findings);
  assert.deepEqual(findings.mismatches, []);
  assert.deepEqual(findings.notes, [
    'index.json manifests[0] has the name "Bad Name", which most clients refuse',
    'index.json manifests[0] has the name "-x", which most clients refuse',
  ]);
});

function annotations(full: string, tag: string): ReadonlyMap<string, string> {
  return new Map([
    ['io.containerd.image.name', full],
    ['org.opencontainers.image.ref.name', tag],
  ]);
}
