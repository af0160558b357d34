import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readJob } from '../job.ts';

let directory: string;
let event: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'job-'));
  event = join(directory, 'event.json');
});
afterEach(() => rmSync(directory, { recursive: true }));

test('a job is read from what the runner says', () => {
  writeFileSync(event, JSON.stringify({ repository: { default_branch: 'trunk' } }));
  expect(
    readJob({
      GITHUB_REPOSITORY: 'octo-org/smartboard',
      GITHUB_SHA: 'a'.repeat(40),
      GITHUB_REF: 'refs/heads/trunk',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_EVENT_PATH: event,
      GITHUB_ACTOR: 'octocat',
      GITHUB_RUN_ID: '7',
      GITHUB_RUN_NUMBER: '3',
      GITHUB_RUN_ATTEMPT: '2',
      GITHUB_WORKFLOW_REF: 'octo-org/smartboard/.github/workflows/deploy.yml@refs/heads/trunk',
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_API_URL: 'https://github.example/api/v3',
    }),
  ).toEqual({
    repository: 'octo-org/smartboard',
    commit: 'a'.repeat(40),
    ref: 'refs/heads/trunk',
    defaultBranch: 'trunk',
    event: 'push',
    actor: 'octocat',
    runId: '7',
    runNumber: 3,
    runAttempt: 2,
    workflow: '.github/workflows/deploy.yml',
    url: 'https://github.example/octo-org/smartboard/actions/runs/7',
    apiUrl: 'https://github.example/api/v3',
  });
});

test('outside of GitHub Actions nothing is known, and nothing fails', () => {
  expect(readJob({})).toMatchObject({
    repository: 'local',
    runId: 'local',
    event: '',
    url: undefined,
    apiUrl: undefined,
  });
});

test.each(['', '{', 'null', '[]', '{"repository":null}', '{"repository":{"default_branch":7}}'])(
  'an event of %j says no default branch',
  (contents) => {
    writeFileSync(event, contents);
    expect(readJob({ GITHUB_EVENT_PATH: event }).defaultBranch).toBeUndefined();
  },
);
