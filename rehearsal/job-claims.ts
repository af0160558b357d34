import type { Environment } from '../lib/core/manifest/model.ts';
import type { StepName } from './scenarios/scenario.ts';

export type Deployed = Pick<Environment, 'name' | 'github'>;

/**
 * What GitHub says of the job that runs a step. Images are built by a job without an environment, since nobody is asked
 * before a build; the others declare the one that is deployed.
 */
export function jobClaims(
  step: StepName,
  { repository, environment }: { readonly repository: string; readonly environment: Deployed },
): Record<string, string> {
  const { github, name } = environment;
  const { repositoryId, ownerId, workflows: [workflow] = [] } = github ?? {};
  return {
    repository,
    ref: `refs/heads/${branchOf(environment)}`,
    ...(step === 'build-push' ? {} : { environment: github?.environment ?? name }),
    ...(repositoryId === undefined ? {} : { repository_id: repositoryId }),
    ...(ownerId === undefined ? {} : { repository_owner_id: ownerId }),
    ...(workflow === undefined ? {} : { job_workflow_ref: workflow.replaceAll('*', 'any') }),
  };
}

/** One that may be deployed: `*` stands for any letters. */
export function branchOf({ github }: Deployed): string {
  const [branch = 'main'] = github?.branches ?? [];
  return branch.replaceAll('*', 'any');
}
