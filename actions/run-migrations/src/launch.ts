import { createHash } from 'node:crypto';
import { runTask } from '../../../lib/aws/ecs-tasks.ts';
import { isNamed } from '../../../lib/aws/errors.ts';
import { registerUnlessSame } from '../../../lib/aws/task-definition.ts';
import type { MigrationAttempt } from '../../../lib/core/ledger.ts';
import type { AttemptBook } from './attempt.ts';
import { withCapacity } from './capacity.ts';
import { conflict, notStarted, several } from './not-started.ts';
import type { MigrationPlan } from './plan.ts';
import type { Started, StartWorld } from './started.ts';

/** A new attempt: its definition is registered, and the ledger knows its token before ECS does. */
export async function launch(
  plan: MigrationPlan,
  number: number,
  book: AttemptBook,
  world: StartWorld,
): Promise<Started> {
  const { step, aws, environment, run } = world;
  const { arn: taskDefinition } = await registerUnlessSame(aws, plan.definition, {
    'slipway:environment': environment,
    'slipway:commit': step.job.commit,
    'slipway:run': step.job.runId,
  });
  const token = createHash('sha256')
    .update(JSON.stringify([environment, plan.service, plan.digest, taskDefinition, number]))
    .digest('hex');
  return send(plan, await book.begin({ number, token, taskDefinition, digest: plan.digest }, run), book, world);
}

/** RunTask by the attempt's token, which starts the task or finds the one that it has started before. */
export async function send(
  plan: MigrationPlan,
  attempt: MigrationAttempt,
  book: AttemptBook,
  world: StartWorld,
): Promise<Started> {
  const { step, aws, contract, environment } = world;
  const { subnets, assignPublicIp } = contract.network;
  const started = await withCapacity(plan, world, () =>
    runTask(aws, {
      cluster: contract.cluster.name,
      taskDefinition: attempt.taskDefinition,
      count: 1,
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [...subnets],
          securityGroups: [...contract.migrations.securityGroups],
          assignPublicIp,
        },
      },
      startedBy: startedByOf(plan, environment),
      clientToken: attempt.token,
    }),
  ).catch((error: unknown) => {
    throw isNamed(error, 'ConflictException') ? conflict(plan, error) : error;
  });
  if (started.kind === 'failed') {
    await book.ended(attempt, 'not-started');
    throw notStarted(plan, started.reasons);
  }
  if (started.others.length > 0) throw several(plan, [started.task.arn, ...started.others]);
  step.log.info(`${plan.service}: ${plan.command.join(' ')} as ${started.task.arn}`);
  return { kind: 'running', attempt: await book.started(attempt, started.task.arn), taskArn: started.task.arn };
}

/** The same for every attempt at the same migration, so that a later one finds what an earlier one left running. */
export function startedByOf({ service, ordinal, digest }: MigrationPlan, environment: string): string {
  const whole = `slipway/${environment}/${service}/${ordinal}-${digest.slice('sha256:'.length, 24)}`;
  return whole.replaceAll(/[^\w/-]/g, '-').slice(0, 128);
}
