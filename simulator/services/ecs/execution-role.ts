import type { AuthorizationRequest } from '../../authorization.ts';
import type { Principal } from '../../operation.ts';
import { AwsError } from '../../operation.ts';
import type { Ecs, Task } from './state.ts';
import { executionRoleOf } from './task.ts';

/** Why ECS may not do something in the name of a task's execution role, as its messages quote it; undefined when it may. */
export function refusedToEcs(ecs: Ecs, task: Task, ...requests: readonly AuthorizationRequest[]): string | undefined {
  try {
    ecs.cloud.iam.authorize(sessionOf(ecs, task), 'ecs:task-start', requests);
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

/** ECS's session of the role is named like the task. A task without the role has nobody to ask for. */
function sessionOf({ cloud }: Ecs, task: Task): Principal {
  const role = executionRoleOf(task) ?? '';
  return { kind: 'role', account: cloud.account, role, session: task.id, expiresAt: Infinity };
}
