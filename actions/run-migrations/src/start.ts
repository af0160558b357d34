import { createHash } from 'node:crypto';
import { isNamed } from '../../../lib/aws/errors.ts';
import { explainText } from '../../../lib/aws/ecs-explain.ts';
import { runTask } from '../../../lib/aws/ecs-tasks.ts';
import { registerUnlessSame } from '../../../lib/aws/task-definition.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import type { Step } from '../../../lib/github/step.ts';
import { findEarlierTask, type SearchWorld } from './earlier.ts';
import type { MigrationPlan } from './plan.ts';

export type StartWorld = SearchWorld & { readonly step: Pick<Step, 'log' | 'job'>; readonly environment: string };

/** Starts the task, unless an earlier attempt of this very migration has done so: then that one is followed. */
export async function startTask(plan: MigrationPlan, world: StartWorld): Promise<{ arn: string; id: string }> {
  const { step, aws, contract, environment } = world;
  const cluster = contract.cluster.name;
  const startedBy = startedByOf(plan, environment);
  const { arn: taskDefinition } = await registerUnlessSame(aws, plan.definition, {
    'slipway:environment': environment,
    'slipway:commit': step.job.commit,
    'slipway:run': step.job.runId,
  });
  const earlier = await findEarlierTask(plan, { startedBy, taskDefinition }, world);
  if (earlier !== undefined) return earlier;
  const { subnets, assignPublicIp } = contract.network;
  const started = await runTask(aws, {
    cluster,
    taskDefinition,
    count: 1,
    launchType: 'FARGATE',
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...subnets],
        securityGroups: [...contract.migrations.securityGroups],
        assignPublicIp,
      },
    },
    startedBy,
    clientToken: clientTokenOf(plan, taskDefinition, world),
  }).catch((error: unknown) => {
    throw isNamed(error, 'ConflictException') ? conflict(plan, error) : error;
  });
  if (started.kind === 'failed') throw notStarted(plan, started.reasons);
  step.log.info(`${plan.service}: ${plan.command.join(' ')} as ${started.task.arn}`);
  return started.task;
}

/** The same for every attempt at the same migration, so that a later one finds what an earlier one left running. */
function startedByOf({ service, ordinal, digest }: MigrationPlan, environment: string): string {
  const whole = `slipway/${environment}/${service}/${ordinal}-${digest.slice('sha256:'.length, 24)}`;
  return whole.replaceAll(/[^\w/-]/g, '-').slice(0, 128);
}

/** The same for a repeated call, another one for a new attempt. 64 characters are the limit. */
function clientTokenOf(
  { service, ordinal, digest }: MigrationPlan,
  definition: string,
  { environment, step: { job } }: StartWorld,
): string {
  const attempt = [job.repository, job.runId, job.runAttempt];
  return createHash('sha256')
    .update(JSON.stringify([environment, service, ordinal, digest, definition, attempt]))
    .digest('hex');
}

function conflict({ service }: MigrationPlan, cause: unknown): ActionError {
  return new ActionError('E_STATE', `${service}: this attempt has started another task already (ConflictException).`, {
    remedy: "Look at the cluster's tasks, then re-run the failed jobs: that is a new attempt.",
    place: service,
    cause,
  });
}

function notStarted({ service }: MigrationPlan, reasons: readonly string[]): ActionError {
  const said = reasons.length === 0 ? 'no task and no reason' : reasons.join('; ');
  const known = explainText(said);
  return new ActionError(
    'E_STATE',
    `${service}: ECS started no migration task: ${said}.${known === undefined ? '' : ` ${known.cause}`}`,
    {
      remedy: known?.remedy ?? 'Run the job again; nothing was changed.',
      place: service,
    },
  );
}
