import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from './workflow-files.ts';

// The script that a workflow runs beside npm's, against a `gh` that keeps what it is told.
const wrote = {
  release: 'release create v1.2.3',
  move: 'git/refs/tags/v1 -f sha=c0ffee',
  make: 'git/refs -f ref=refs/tags/v1',
};

test.each<[string, Record<string, string>, (keyof typeof wrote)[]]>([
  ['the first release of a major version makes its tag', { MAJOR: 'absent' }, ['release', 'make']],
  ['a newer one moves it', { ORDER: 'ahead' }, ['release', 'move']],
  ['one that is published already is not published again', { RELEASE: 'there', ORDER: 'ahead' }, ['move']],
  ['the same commit leaves it', { ORDER: 'identical' }, ['release']],
  ['a late fix of an older version leaves it', { ORDER: 'behind' }, ['release']],
  ['one of another line leaves it', { ORDER: 'diverged' }, ['release']],
])('%s', (_, github, expected) => {
  const { status, calls } = publish('v1.2.3', github);
  expect(status).toBe(0);
  const done = Object.entries(wrote).filter(([, words]) => calls.some((call) => call.includes(words)));
  expect(done.map(([name]) => name)).toEqual(expected.toSorted((one, other) => order(one) - order(other)));
});

test.each(['v1', 'v1.2.3-rc.1', '1.2.3', 'v1.2.3; id', ''])('the tag %j is no release', (tag) => {
  expect(publish(tag, {})).toMatchObject({ status: 1, calls: [] });
});

function order(name: keyof typeof wrote): number {
  return Object.keys(wrote).indexOf(name);
}

function publish(tag: string, github: Record<string, string>): { status: number | null; calls: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-publish-'));
  const record = join(folder, 'calls');
  writeFileSync(join(folder, 'gh'), standIn);
  chmodSync(join(folder, 'gh'), 0o755);
  const { status } = spawnSync(join(root, '.github/publish-release'), [tag], {
    env: { PATH: `${folder}:${process.env['PATH']}`, GITHUB_REPOSITORY: 'octo-org/slipway', RECORD: record, ...github },
  });
  return { status, calls: existsSync(record) ? readFileSync(record, 'utf8').trim().split('\n') : [] };
}

/** Answers as `gh` does: with an exit code where something is not there, and with what --jq picks. */
const standIn = `#!/usr/bin/env bash
echo "$*" >>"$RECORD"
case "$*" in
  'release view '*) [ "\${RELEASE:-}" = there ] ;;
  *'/git/ref/tags/'*) [ "\${MAJOR:-}" != absent ] ;;
  *'/commits/'*) echo c0ffee ;;
  *'/compare/'*) echo "$ORDER" ;;
esac
`;
