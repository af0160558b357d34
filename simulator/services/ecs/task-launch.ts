import type { PulledImageWithConfig } from '../../cloud.ts';
import type { ContainerLaunch, RunningTask, TaskLaunch } from '../../drivers/driver.ts';
import type { Ecs, Task, TaskContainer } from './state.ts';
import { hasHealthCheck, roleOf, taskChanged } from './task.ts';
import { logWriter } from './task-logs.ts';
import { stopTask } from './task-stop.ts';

/** What a container is started from. */
export type PulledContainer = {
  readonly container: TaskContainer;
  readonly image: PulledImageWithConfig;
  readonly secrets: Readonly<Record<string, string>>;
};

/** Hands the task to the driver, and hears from it how the containers fare. */
export function launchContainers(ecs: Ecs, task: Task, pulled: readonly PulledContainer[]): Promise<RunningTask> {
  const byName = new Map(task.containers.map((container) => [container.definition.name, container]));
  const logs = new Map([...byName].map(([name, container]) => [name, logWriter(ecs, task, container)]));
  return ecs.cloud.driver.start(describeLaunch(ecs, task, pulled), {
    exited(name, exitCode, reason) {
      const container = byName.get(name);
      if (container !== undefined) containerEnded(ecs, task, container, exitCode, reason);
    },
    output: (name, line) => logs.get(name)?.(line),
  });
}

function describeLaunch(ecs: Ecs, task: Task, pulled: readonly PulledContainer[]): TaskLaunch {
  const taskRoleArn = roleOf(task);
  return {
    taskArn: task.arn,
    taskId: task.id,
    group: task.group,
    ...(taskRoleArn === undefined ? {} : { taskRoleArn }),
    containers: pulled.map((container) => describeContainer(ecs, task, container)),
  };
}

function describeContainer(ecs: Ecs, task: Task, { container, image, secrets }: PulledContainer): ContainerLaunch {
  const { definition } = container;
  const override = task.overrides.containerOverrides.find(({ name }) => name === definition.name);
  // Docker's rule: an entry point of one's own drops the image's command.
  const entryPoint = definition.entryPoint ?? image.config.entrypoint;
  const imageCommand = definition.entryPoint === undefined ? image.config.command : [];
  const user = definition.user ?? image.config.user;
  const check = hasHealthCheck(definition) ? definition.healthCheck : undefined;
  return {
    name: definition.name,
    image,
    command: [...entryPoint, ...(override?.command ?? definition.command ?? imageCommand)],
    imageCommand: [...image.config.entrypoint, ...image.config.command],
    workingDirectory: definition.workingDirectory ?? image.config.workingDirectory,
    environment: {
      ...image.config.environment,
      AWS_REGION: ecs.cloud.region,
      AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
      ...asRecord(definition.environment),
      ...secrets,
      ...asRecord(override?.environment ?? []),
    },
    ...(user === '' ? {} : { user }),
    ...(check === undefined ? {} : { healthCheck: { command: check.command, timeoutSeconds: check.timeout } }),
    ports: definition.portMappings.map(({ containerPort }) => containerPort),
  };
}

const asRecord = (pairs: readonly { name: string; value: string }[]) =>
  Object.fromEntries(pairs.map(({ name, value }) => [name, value]));

function containerEnded(
  ecs: Ecs,
  task: Task,
  container: TaskContainer,
  exitCode: number | undefined,
  reason: string | undefined,
): void {
  if (container.status === 'STOPPED') return;
  container.status = 'STOPPED';
  if (exitCode !== undefined) container.exitCode = exitCode;
  if (reason !== undefined) container.reason = reason;
  for (const listener of container.onEnd.splice(0)) listener();
  if (container.definition.essential && task.desiredStatus === 'RUNNING')
    void stopTask(ecs, task, { code: 'EssentialContainerExited', reason: 'Essential container in task exited' });
  else taskChanged(ecs, task);
}
