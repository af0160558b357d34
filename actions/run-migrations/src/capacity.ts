import type { RunTaskOutcome } from '../../../lib/aws/ecs-tasks.ts';
import { describeAwsError, isNamed } from '../../../lib/aws/errors.ts';
import type { MigrationPlan } from './plan.ts';
import type { StartWorld } from './started.ts';

/** Capacity comes and goes: a task that could not be placed is asked for again, by the same token. */
export async function withCapacity(
  { service, timeoutMinutes }: MigrationPlan,
  { step, aws }: StartWorld,
  start: () => Promise<RunTaskOutcome>,
): Promise<RunTaskOutcome> {
  const until = aws.clock.elapsed() + Math.min(timeoutMinutes, longestCapacityMinutes) * 60_000;
  for (let pauseMs = 5_000; ; pauseMs = Math.min(30_000, pauseMs * 2)) {
    const started = await start().catch((error: unknown): RunTaskOutcome => {
      // Limits of the account come as an exception, capacity as an answer.
      if (isNamed(error, 'ClientException', 'InvalidParameterException') && noRoom.test(describeAwsError(error)))
        return { kind: 'failed', reasons: [describeAwsError(error)] };
      throw error;
    });
    const isForRoom = started.kind === 'failed' && started.reasons.some((reason) => noRoom.test(reason));
    if (!isForRoom || aws.clock.elapsed() + pauseMs > until) return started;
    step.log.info(`${service}: no room for the task (${started.reasons.join('; ')}); trying again`);
    await aws.clock.sleep(pauseMs, step.signal);
  }
}

const longestCapacityMinutes = 10;
/** Reasons that pass by themselves. */
export const noRoom = /capacity is unavailable|reached the limit|RESOURCE:|RunTask.*throttl/i;
