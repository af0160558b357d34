import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Infrastructure } from './infra/index.ts';
import { branchOf, jobClaims, type Deployed } from './job-claims.ts';
import type { Repository } from './repository.ts';
import { runAction, type StepResult } from './runner/run-action.ts';
import type { StepName } from './scenarios/scenario.ts';
import type { JobTokenAccess, SimulatedAws } from './simulated-aws.ts';

/** One job of the calling repository's deploy workflow, as GitHub's runner would give it to the actions. */
export type Job = {
  /** Runs one action; the answer says how it ended. Post steps wait for `finish`. */
  step(name: StepName, inputs: Readonly<Record<string, string>>): Promise<StepResult>;
  /** Runs the post steps in reverse order, as the runner does whatever happened. */
  finish(): Promise<void>;
};

export type JobOptions = {
  readonly aws: SimulatedAws;
  readonly infrastructure: Infrastructure;
  /** The manifest's environment that is deployed. */
  readonly environment: Deployed;
  readonly repository: Repository;
  readonly run: number;
  readonly commit: string;
  /** Folders put before PATH, e.g. that of the builder stand-in. */
  readonly tools: readonly string[];
  /** The job's own temporary folder. */
  readonly directory: string;
  readonly logDirectory: string;
  readonly signal: AbortSignal;
  onLine(step: StepName, line: string): void;
};

export async function startJob(options: JobOptions): Promise<Job> {
  const { aws, repository, environment, run, directory, logDirectory, signal } = options;
  await mkdir(directory, { recursive: true });
  await mkdir(logDirectory, { recursive: true });
  const claims = (step: StepName) => jobClaims(step, { repository: repository.name, environment });
  const posts: (() => Promise<unknown>)[] = [];
  const masks = new Set<string>();

  return {
    async step(name, inputs) {
      signal.throwIfAborted();
      const access = await aws.setJobClaims(claims(name));
      const log = createWriteStream(join(logDirectory, `${run}-${name}.log`));
      const result = await runAction(fileURLToPath(new URL(`../../actions/${name}`, import.meta.url)), {
        inputs,
        environment: jobEnvironment(options, access),
        workspace: repository.directory,
        temporaryDirectory: directory,
        masks,
        signal,
        onLine(line) {
          log.write(`${line}\n`);
          options.onLine(name, line);
        },
      });
      const { post } = result;
      if (post !== undefined) posts.push(async () => aws.setJobClaims(claims(name)).then(post));
      await close(log);
      return result;
    },
    async finish() {
      for (const post of posts.toReversed()) await post();
    },
  };
}

function jobEnvironment(
  { aws, repository, environment, run, commit, tools }: JobOptions,
  access: JobTokenAccess,
): Record<string, string> {
  const branch = branchOf(environment);
  return {
    PATH: [...tools, process.env['PATH'] ?? ''].join(':'),
    AWS_ENDPOINT_URL: aws.url,
    ACTIONS_ID_TOKEN_REQUEST_URL: access.url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: access.token,
    GITHUB_REPOSITORY: repository.name,
    GITHUB_SHA: commit,
    GITHUB_REF: `refs/heads/${branch}`,
    GITHUB_REF_NAME: branch,
    GITHUB_EVENT_NAME: 'push',
    GITHUB_RUN_ID: String(1000 + run),
    GITHUB_RUN_NUMBER: String(run),
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_JOB: 'release',
    GITHUB_ACTOR: 'rehearsal',
    GITHUB_SERVER_URL: 'https://github.com',
  };
}

function close(stream: WriteStream): Promise<void> {
  return new Promise((resolve) => stream.end(() => resolve()));
}
