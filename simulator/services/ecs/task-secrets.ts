import { refusedToEcs } from './execution-role.ts';
import { messageOf, resourcesPrefix, StartFailure } from './start-failure.ts';
import type { Ecs, Task, TaskContainer } from './state.ts';

/** Values of the containers' secrets, read by the execution role. */
export function resolveSecrets(ecs: Ecs, task: Task): Map<TaskContainer, Record<string, string>> {
  const resolved = new Map<TaskContainer, Record<string, string>>();
  for (const container of task.containers) {
    const secrets = container.definition.secrets ?? [];
    if (secrets.length === 0) continue;
    const values = secrets.map(({ name, valueFrom }) => [name, resolveSecret(ecs, task, valueFrom)] as const);
    resolved.set(container, Object.fromEntries(values));
  }
  return resolved;
}

function resolveSecret(ecs: Ecs, task: Task, valueFrom: string): string {
  return valueFrom.includes(':secretsmanager:')
    ? fromSecretsManager(ecs, task, valueFrom)
    : fromParameterStore(ecs, task, valueFrom);
}

function fromSecretsManager(ecs: Ecs, task: Task, valueFrom: string): string {
  const prefix = `${resourcesPrefix}unable to retrieve secret from asm: service call has been retried 1 time(s): `;
  const arn = ecs.cloud.secrets.arnOf(valueFrom);
  const resource = arn ?? valueFrom.split(':').slice(0, 7).join(':');
  const denial = refusedToEcs(ecs, task, { action: 'secretsmanager:GetSecretValue', resource });
  if (denial !== undefined)
    throw new StartFailure(`${prefix}failed to fetch secret ${resource} from secrets manager: ${denial}`);
  try {
    return ecs.cloud.secrets.valueFrom(valueFrom);
  } catch (error) {
    throw new StartFailure(`${prefix}failed to fetch secret ${resource} from secrets manager: ${messageOf(error)}`);
  }
}

function fromParameterStore(ecs: Ecs, task: Task, valueFrom: string): string {
  const prefix = `${resourcesPrefix}unable to retrieve secrets from ssm: service call has been retried 1 time(s): `;
  const { account, region } = ecs.cloud;
  const name = valueFrom.startsWith('arn:') ? valueFrom.slice(valueFrom.indexOf(':parameter/') + 10) : valueFrom;
  const arn = `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
  const denial = refusedToEcs(ecs, task, { action: 'ssm:GetParameters', resource: arn });
  if (denial !== undefined) throw new StartFailure(`${prefix}${denial}`);
  const value = ecs.cloud.ssm.valueOf(valueFrom);
  if (value === undefined) throw new StartFailure(`${prefix}invalid parameters: ${valueFrom}`);
  return value;
}
