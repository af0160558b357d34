import { LaunchError } from '../../drivers/driver.ts';
import { watchContainerHealth } from './container-health.ts';
import type { Seconds } from './settings.ts';
import type { Ecs, Task, TaskContainer } from './state.ts';
import { taskChanged } from './task.ts';
import { StartFailure } from './start-failure.ts';
import { pullImages } from './task-images.ts';
import { launchContainers } from './task-launch.ts';
import type { PulledContainer } from './task-launch.ts';
import { checkLogGroups } from './task-logs.ts';
import { resolveSecrets } from './task-secrets.ts';
import { stopTask } from './task-stop.ts';
import { joinTargets } from './task-targets.ts';

/** Takes a new task from PROVISIONING to RUNNING, or to a stop that says why it could not start. */
export async function startTask(ecs: Ecs, task: Task): Promise<void> {
  try {
    await pause(ecs, task, ecs.settings.provisioning);
    connect(ecs, task);
    const containers = await prepare(ecs, task);
    task.launch = launch(ecs, task, containers);
    await task.launch;
    if (isStopped(task)) return;
    await activate(ecs, task);
    task.status = 'RUNNING';
    task.startedAt = ecs.cloud.clock.now();
    taskChanged(ecs, task);
  } catch (error) {
    if (error instanceof Interrupted) return;
    await failToStart(ecs, task, error);
  }
}

/** Somebody stopped the task while it was starting; the stop takes its own course. */
class Interrupted extends Error {}

async function pause(ecs: Ecs, task: Task, [low, high]: Seconds): Promise<void> {
  await ecs.wait(ecs.durations.between(low, high));
  if (isStopped(task)) throw new Interrupted();
}

const isStopped = (task: Task) => task.desiredStatus === 'STOPPED';

function connect(ecs: Ecs, task: Task): void {
  const failure = ecs.settings.startFailures.shift();
  if (failure !== undefined) throw new StartFailure(failure);
  task.status = 'PENDING';
  task.connectivityAt = ecs.cloud.clock.now();
  taskChanged(ecs, task);
}

async function prepare(ecs: Ecs, task: Task): Promise<readonly PulledContainer[]> {
  const secrets = resolveSecrets(ecs, task);
  if (secrets.size > 0) await pause(ecs, task, ecs.settings.secrets);
  task.pullStartedAt = ecs.cloud.clock.now();
  const images = pullImages(ecs, task);
  const bytes = [...images.values()].reduce((sum, image) => sum + image.compressedBytes, 0);
  const [low, high] = ecs.settings.pull;
  const transfer = bytes / ecs.settings.pullBytesPerSecond;
  await pause(ecs, task, [low + transfer, high + transfer]);
  task.pullStoppedAt = ecs.cloud.clock.now();
  checkLogGroups(ecs, task);
  await pause(ecs, task, ecs.settings.launching);
  return task.containers.map((container) => ({
    container,
    image: images.get(container)!,
    secrets: secrets.get(container) ?? {},
  }));
}

async function launch(ecs: Ecs, task: Task, containers: readonly PulledContainer[]): Promise<void> {
  task.running = await launchContainers(ecs, task, containers);
  for (const container of task.containers) {
    if (container.status === 'STOPPED') continue;
    container.status = 'RUNNING';
    container.runtimeId = `${task.id}-${ecs.durations.integer(1_000_000_000, 4_294_967_295)}`;
    watchContainerHealth(ecs, task, container);
  }
}

async function activate(ecs: Ecs, task: Task): Promise<void> {
  const target = task.owner?.deployment.target;
  if (target === undefined || target.loadBalancers.length + target.registries.length === 0) return;
  task.status = 'ACTIVATING';
  taskChanged(ecs, task);
  joinTargets(ecs, task);
  await pause(ecs, task, ecs.settings.activating);
}

async function failToStart(ecs: Ecs, task: Task, error: unknown): Promise<void> {
  if (error instanceof LaunchError) noteRefusedContainer(task.containers, error);
  const isKnown = error instanceof StartFailure || error instanceof LaunchError;
  const reason = isKnown ? error.message : `InternalError: ${String(error)}`;
  if (error instanceof StartFailure && error.container !== undefined) error.container.reason = error.message;
  await stopTask(ecs, task, { code: 'TaskFailedToStart', reason });
}

function noteRefusedContainer(containers: readonly TaskContainer[], error: LaunchError): void {
  const container = containers.find(({ definition }) => definition.name === error.container);
  if (container === undefined) return;
  container.reason = error.message;
  if (error.exitCode !== undefined) container.exitCode = error.exitCode;
}
