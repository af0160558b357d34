import type { AttemptBook } from './attempt.ts';
import { launch, send } from './launch.ts';
import { search } from './lost.ts';
import { nextAttempt } from './next-attempt.ts';
import type { MigrationPlan } from './plan.ts';
import type { Started, StartWorld } from './started.ts';

/** Starts the task, or finds the one that an earlier attempt has started; the ledger knows of it before and after. */
export async function startTask(plan: MigrationPlan, book: AttemptBook, world: StartWorld): Promise<Started> {
  const { step, aws, skipIfApplied } = world;
  const next = nextAttempt(book.attempts, { skipIfApplied, now: aws.clock.now() });
  switch (next.kind) {
    case 'skip':
      step.log.info(`${plan.service}: this migration has run already as ${next.attempt.taskArn ?? 'an earlier task'}`);
      return { kind: 'skipped', attempt: next.attempt };
    case 'follow':
      step.log.info(`${plan.service}: an earlier attempt has started this migration; following ${next.taskArn}`);
      return { kind: 'running', attempt: next.attempt, taskArn: next.taskArn };
    case 'send-again':
      step.log.info(`${plan.service}: an earlier attempt may have started this migration; asking by its own token`);
      return send(plan, next.attempt, book, world);
    case 'search':
      return search(plan, next.attempt, book, world);
    case 'start':
      return launch(plan, next.number, book, world);
  }
}
