import { refusedToEcs } from './execution-role.ts';
import { StartFailure } from './start-failure.ts';
import type { Ecs, Task, TaskContainer } from './state.ts';

/** awslogs needs its group before the container starts. */
export function checkLogGroups(ecs: Ecs, task: Task): void {
  const prefix =
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: ' +
    'failed to create Cloudwatch log stream: ';
  for (const { definition } of task.containers) {
    const place = logPlace(task, definition);
    if (place === undefined) continue;
    if (!ecs.cloud.logs.hasGroup(place.group))
      throw new StartFailure(
        `${prefix}ResourceNotFoundException: The specified log group does not exist. : exit status 1`,
      );
    const denial = refusedToEcs(ecs, task, { action: 'logs:CreateLogStream', resource: streamArn(ecs, place) });
    if (denial !== undefined) throw new StartFailure(`${prefix}${denial} : exit status 1`);
  }
}

/** Takes a container's lines to its stream, if the execution role may write there; if not, they are lost without a word. */
export function logWriter(ecs: Ecs, task: Task, { definition }: TaskContainer): (line: string) => void {
  const place = logPlace(task, definition);
  if (place === undefined) return () => undefined;
  let mayWrite: boolean | undefined;
  return (line) => {
    mayWrite ??=
      refusedToEcs(ecs, task, { action: 'logs:PutLogEvents', resource: streamArn(ecs, place) }) === undefined;
    if (mayWrite) ecs.cloud.logs.append(place.group, place.stream, line);
  };
}

type Place = { readonly group: string; readonly stream: string };

/** awslogs: one stream a container, `<prefix>/<container>/<task id>`. */
function logPlace(task: Task, { name, logConfiguration }: TaskContainer['definition']): Place | undefined {
  const group = logConfiguration?.options['awslogs-group'];
  if (group === undefined) return undefined;
  return { group, stream: `${logConfiguration!.options['awslogs-stream-prefix']}/${name}/${task.id}` };
}

function streamArn({ cloud }: Ecs, { group, stream }: Place): string {
  return `arn:aws:logs:${cloud.region}:${cloud.account}:log-group:${group}:log-stream:${stream}`;
}
