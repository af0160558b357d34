import { z } from 'zod';

/** What a job's token says about it; set by `POST /_simulator/github`. Ids are text, as GitHub sends them. */
export const jobShape = z.strictObject({
  repository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/)
    .default('octo-org/smartboard'),
  repository_id: z.string().regex(/^\d+$/).default('123456789'),
  repository_owner_id: z.string().regex(/^\d+$/).default('98765'),
  ref: z.string().startsWith('refs/').default('refs/heads/main'),
  /** Name of the deployment environment that the job declares. */
  environment: z.string().min(1).optional(),
  event_name: z.string().default('push'),
  sha: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .default('0'.repeat(40)),
  actor: z.string().default('octocat'),
  actor_id: z.string().regex(/^\d+$/).default('1'),
  run_id: z.string().regex(/^\d+$/).default('1'),
  run_number: z.string().regex(/^\d+$/).default('1'),
  run_attempt: z.string().regex(/^\d+$/).default('1'),
  job_workflow_ref: z.string().optional(),
  /** Name of the workflow. */
  workflow: z.string().default('Deploy'),
  /** Only the tokens of an enterprise's repositories have it. */
  enterprise_id: z.string().regex(/^\d+$/).optional(),
  runner_environment: z.string().default('github-hosted'),
  /** Repositories made since July 2026 have ids in their subject: `repo:octo-org@98765/smartboard@123456789:…`. */
  immutable_subject: z.boolean().default(false),
  /** What the job's token may do with the REST API. */
  permissions: z
    .record(z.string(), z.enum(['none', 'read', 'write']))
    .default({ contents: 'read', deployments: 'write' }),
  /** Whether GitHub has made a deployment of its own for the job's environment. */
  deployment: z.boolean().default(false),
});

export type Job = z.output<typeof jobShape>;

const claims = [
  'repository',
  'repository_id',
  'repository_owner_id',
  'ref',
  'event_name',
  'sha',
  'actor',
  'actor_id',
  'run_id',
  'run_number',
  'run_attempt',
  'runner_environment',
  'workflow',
] as const;

/** The claims that GitHub puts into the job's token, without the times. */
export function claimsOf(job: Job): Record<string, string> {
  const [owner = ''] = job.repository.split('/');
  const { environment, enterprise_id, job_workflow_ref: workflow } = job;
  return {
    ...Object.fromEntries(claims.map((name) => [name, job[name]])),
    sub: `repo:${subjectRepository(job)}:${context(job)}`,
    repository_owner: owner,
    repository_visibility: 'private',
    ref_type: job.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    job_workflow_ref: workflow ?? `${job.repository}/.github/workflows/deploy.yml@${job.ref}`,
    workflow_ref: `${job.repository}/.github/workflows/deploy.yml@${job.ref}`,
    ...(environment === undefined ? {} : { environment }),
    ...(enterprise_id === undefined ? {} : { enterprise_id }),
  };
}

function subjectRepository(job: Job): string {
  if (!job.immutable_subject) return job.repository;
  const [owner, name] = job.repository.split('/');
  return `${owner}@${job.repository_owner_id}/${name}@${job.repository_id}`;
}

function context(job: Job): string {
  // Colons part the subject, so those of a name are escaped.
  if (job.environment !== undefined) return `environment:${job.environment.replaceAll(':', '%3A')}`;
  return job.event_name === 'pull_request' ? 'pull_request' : `ref:${job.ref}`;
}
