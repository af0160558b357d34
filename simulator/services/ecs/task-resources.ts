import type { PulledImageWithConfig } from '../../cloud.ts';
import type { Ecs, Task, TaskContainer } from './state.ts';
import { executionRoleOf } from './task.ts';

/** What a task needs before its containers can be started, and what ECS says when it cannot have it. */
export type PulledContainer = {
  readonly container: TaskContainer;
  readonly image: PulledImageWithConfig;
  readonly secrets: Readonly<Record<string, string>>;
};

/** The task cannot start; the message is its stoppedReason, and its container's reason if one is guilty. */
export class StartFailure extends Error {
  readonly container: TaskContainer | undefined;
  constructor(message: string, container?: TaskContainer) {
    super(message);
    this.container = container;
  }
}

const secretsPrefix =
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ';

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
  const prefix = `${secretsPrefix}unable to retrieve secret from asm: service call has been retried 1 time(s): `;
  const arn = ecs.cloud.secrets.arnOf(valueFrom);
  const resource = arn ?? valueFrom.split(':').slice(0, 7).join(':');
  const role = executionRoleOf(task) ?? '';
  if (!ecs.cloud.iam.allows(role, 'secretsmanager:GetSecretValue', resource))
    throw new StartFailure(
      `${prefix}failed to fetch secret ${resource} from secrets manager: AccessDeniedException: ` +
        `${denied(ecs, role, task)} is not authorized to perform: secretsmanager:GetSecretValue on resource: ${resource} ` +
        'because no identity-based policy allows the secretsmanager:GetSecretValue action',
    );
  try {
    return ecs.cloud.secrets.valueFrom(valueFrom);
  } catch (error) {
    throw new StartFailure(`${prefix}failed to fetch secret ${resource} from secrets manager: ${messageOf(error)}`);
  }
}

function fromParameterStore(ecs: Ecs, task: Task, valueFrom: string): string {
  const prefix = `${secretsPrefix}unable to retrieve secrets from ssm: service call has been retried 1 time(s): `;
  const { account, region } = ecs.cloud;
  const name = valueFrom.startsWith('arn:') ? valueFrom.slice(valueFrom.indexOf(':parameter/') + 10) : valueFrom;
  const arn = `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
  const role = executionRoleOf(task) ?? '';
  if (!ecs.cloud.iam.allows(role, 'ssm:GetParameters', arn))
    throw new StartFailure(
      `${prefix}AccessDeniedException: ${denied(ecs, role, task)} is not authorized to perform: ` +
        `ssm:GetParameters on resource: ${arn} because no identity-based policy allows the ssm:GetParameters action`,
    );
  const value = ecs.cloud.ssm.valueOf(valueFrom);
  if (value === undefined) throw new StartFailure(`${prefix}invalid parameters: ${valueFrom}`);
  return value;
}

/** The images of all containers; a tag that the deployment resolved before is pulled by its digest. */
export function pullImages(ecs: Ecs, task: Task): Map<TaskContainer, PulledImageWithConfig> {
  checkRegistryAccess(ecs, task);
  return new Map(task.containers.map((container) => [container, pullImage(ecs, task, container)]));
}

function pullImage(ecs: Ecs, task: Task, container: TaskContainer): PulledImageWithConfig {
  const { name, image } = container.definition;
  const digests = task.owner?.deployment.digests;
  const known = digests?.get(name);
  const reference = known === undefined ? image : `${withoutTag(image)}@${known}`;
  const architecture = task.definition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64';
  try {
    const pulled = ecs.cloud.ecr.pull(reference, { os: 'linux', architecture });
    digests?.set(name, pulled.requestedDigest);
    container.imageDigest = pulled.requestedDigest;
    return pulled;
  } catch (error) {
    const message = messageOf(error);
    const prefix = message.startsWith('CannotPullContainerError') ? '' : 'CannotPullContainerError: ';
    throw new StartFailure(`${prefix}${message}`, container);
  }
}

function withoutTag(image: string): string {
  const name = image.split('@')[0]!;
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}

function checkRegistryAccess(ecs: Ecs, task: Task): void {
  const role = executionRoleOf(task);
  for (const container of task.containers) {
    const match = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/.exec(container.definition.image);
    if (match === null || role === undefined) continue;
    if (!ecs.cloud.iam.allows(role, 'ecr:GetAuthorizationToken', '*'))
      throw new StartFailure(
        `${secretsPrefix}unable to retrieve ecr registry auth: service call has been retried 3 time(s): ` +
          `AccessDeniedException: ${denied(ecs, role, task)} is not authorized to perform: ` +
          'ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ' +
          'ecr:GetAuthorizationToken action',
      );
    const repository = `arn:aws:ecr:${match[2]}:${match[1]}:repository/${match[3]}`;
    const canPull = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'].every((action) =>
      ecs.cloud.iam.allows(role, action, repository),
    );
    if (!canPull)
      throw new StartFailure(
        'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ' +
          `${container.definition.image}: unexpected status from HEAD request: 403 Forbidden`,
        container,
      );
  }
}

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
        `${prefix}AccessDeniedException: ${denied(ecs, role, task)} is not authorized to perform: ` +
          `logs:CreateLogStream on resource: ${resource} : exit status 1`,
      );
  }
}

function denied(ecs: Ecs, roleArn: string, task: Task): string {
  const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return `User: arn:aws:sts::${ecs.cloud.account}:assumed-role/${role}/${task.id}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
