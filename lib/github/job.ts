import { readFileSync } from 'node:fs';
import type { Variables } from './inputs.ts';

/** The job that the step is part of. Outside GitHub Actions the run is called `local`. */
export type Job = {
  /** `owner/name`. */
  readonly repository: string;
  /** The commit that the run is about, 40 hex digits; empty when unknown. */
  readonly commit: string;
  /** `refs/heads/main`. */
  readonly ref: string;
  /** Of the repository, e.g. `main`; undefined when the event does not say. */
  readonly defaultBranch: string | undefined;
  /** `push`, `workflow_dispatch`, … */
  readonly event: string;
  readonly actor: string;
  readonly runId: string;
  /** Counts the runs of one workflow. */
  readonly runNumber: number;
  readonly runAttempt: number;
  /** Path of the workflow's file, e.g. `.github/workflows/deploy.yml`; empty when unknown. */
  readonly workflow: string;
  /** Where the run can be looked at; undefined outside GitHub Actions. */
  readonly url: string | undefined;
  /** GitHub's REST API, or that of a GitHub Enterprise; undefined outside GitHub Actions. */
  readonly apiUrl: string | undefined;
};

export function readJob(variables: Variables): Job {
  const repository = variables['GITHUB_REPOSITORY'] ?? 'local';
  const runId = variables['GITHUB_RUN_ID'] ?? 'local';
  const server = variables['GITHUB_SERVER_URL'];
  return {
    repository,
    commit: variables['GITHUB_SHA'] ?? '',
    ref: variables['GITHUB_REF'] ?? '',
    defaultBranch: readDefaultBranch(variables['GITHUB_EVENT_PATH']),
    event: variables['GITHUB_EVENT_NAME'] ?? '',
    actor: variables['GITHUB_ACTOR'] ?? '',
    runId,
    runNumber: Number(variables['GITHUB_RUN_NUMBER'] ?? 0),
    workflow: workflowPath(variables['GITHUB_WORKFLOW_REF'] ?? ''),
    runAttempt: Number(variables['GITHUB_RUN_ATTEMPT'] ?? 1),
    url: server === undefined ? undefined : `${server}/${repository}/actions/runs/${runId}`,
    apiUrl: variables['GITHUB_API_URL'],
  };
}

/** `octo-org/smartboard/.github/workflows/deploy.yml@refs/heads/main` without repository and ref. */
function workflowPath(reference: string): string {
  return /^[^/]+\/[^/]+\/([^@]+)/.exec(reference)?.[1] ?? '';
}

/** No variable says it, but nearly every event carries the repository. */
function readDefaultBranch(eventPath: string | undefined): string | undefined {
  if (eventPath === undefined) return undefined;
  try {
    const event: unknown = JSON.parse(readFileSync(eventPath, 'utf8'));
    const branch = memberOf(memberOf(event, 'repository'), 'default_branch');
    return typeof branch === 'string' ? branch : undefined;
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
