import type { PulledImageWithConfig } from '../../cloud.ts';
import { refusedToEcs } from './execution-role.ts';
import { messageOf, resourcesPrefix, StartFailure } from './start-failure.ts';
import type { Ecs, Task, TaskContainer } from './state.ts';
import { executionRoleOf } from './task.ts';

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
    const denial = refusedToEcs(ecs, task, { action: 'ecr:GetAuthorizationToken', resource: '*' });
    if (denial !== undefined)
      throw new StartFailure(
        `${resourcesPrefix}unable to retrieve ecr registry auth: service call has been retried 3 time(s): ${denial}`,
      );
    const repository = `arn:aws:ecr:${match[2]}:${match[1]}:repository/${match[3]}`;
    const pulling = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
    if (refusedToEcs(ecs, task, ...pulling.map((action) => ({ action, resource: repository }))) !== undefined)
      throw new StartFailure(
        'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ' +
          `${container.definition.image}: unexpected status from HEAD request: 403 Forbidden`,
        container,
      );
  }
}
