import type { Ecs, Task } from './state.ts';
import { deniedTo, StartFailure } from './start-failure.ts';
import { executionRoleOf } from './task.ts';

/** awslogs needs its group before the container starts. */
export function checkLogGroups(ecs: Ecs, task: Task): void {
  const prefix =
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: ' +
    'failed to create Cloudwatch log stream: ';
  const role = executionRoleOf(task) ?? '';
  for (const { definition } of task.containers) {
    const group = definition.logConfiguration?.options['awslogs-group'];
    if (group === undefined) continue;
    if (!ecs.cloud.logs.hasGroup(group))
      throw new StartFailure(
        `${prefix}ResourceNotFoundException: The specified log group does not exist. : exit status 1`,
      );
    const resource = `arn:aws:logs:${ecs.cloud.region}:${ecs.cloud.account}:log-group:${group}:*`;
    if (!ecs.cloud.iam.allows(role, 'logs:CreateLogStream', resource))
      throw new StartFailure(
        `${prefix}AccessDeniedException: ${deniedTo(ecs, task, role)} is not authorized to perform: ` +
          `logs:CreateLogStream on resource: ${resource} : exit status 1`,
      );
  }
}
