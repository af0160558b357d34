import type { Seconds } from './settings.ts';
import type { Ecs, StopCode, Task, TaskContainer } from './state.ts';
import { taskChanged } from './task.ts';
import { leaveTargets } from './task-targets.ts';

export type StopCause = { readonly code: StopCode; readonly reason: string };

/** Fargate's default, and what is added before the simulator gives up on a container that survives SIGKILL. */
const stopTimeoutSeconds = 30;
const graceAfterKillSeconds = 30;

/** Takes a task to STOPPED: deregister, SIGTERM, SIGKILL after stopTimeout, network interface away. Once only. */
export async function stopTask(ecs: Ecs, task: Task, cause: StopCause): Promise<void> {
  if (task.desiredStatus === 'STOPPED') return;
  const hadEnded = cause.code === 'EssentialContainerExited';
  task.desiredStatus = 'STOPPED';
  task.stopCode = cause.code;
  task.stoppedReason = cause.reason;
  enter(ecs, task, 'DEACTIVATING');
  await task.launch?.catch(() => undefined);
  const drained = leaveTargets(ecs, task);
  if (!hadEnded) await drained;
  await pause(ecs, ecs.settings.stopping);
  task.stoppingAt = ecs.cloud.clock.now();
  enter(ecs, task, 'STOPPING');
  await Promise.all(task.containers.map((container) => endContainer(ecs, task, container)));
  task.executionStoppedAt = ecs.cloud.clock.now();
  enter(ecs, task, 'DEPROVISIONING');
  // A driver that cannot tidy up must not keep the task from ending.
  await task.running?.release().catch(() => undefined);
  task.running = undefined;
  await pause(ecs, ecs.settings.deprovisioning);
  task.stoppedAt = ecs.cloud.clock.now();
  enter(ecs, task, 'STOPPED');
}

function enter(ecs: Ecs, task: Task, status: Task['status']): void {
  task.status = status;
  taskChanged(ecs, task);
}

const pause = (ecs: Ecs, [low, high]: Seconds) => ecs.wait(ecs.durations.between(low, high));

async function endContainer(ecs: Ecs, task: Task, container: TaskContainer): Promise<void> {
  const { running } = task;
  if (running !== undefined && container.status === 'RUNNING') {
    const { name, stopTimeout = stopTimeoutSeconds } = container.definition;
    const ended = new Promise<void>((resolve) => container.onEnd.push(resolve));
    running.signal(name, 'SIGTERM');
    const kill = ecs.after(stopTimeout, () => running.signal(name, 'SIGKILL'));
    const giveUp = ecs.wait(stopTimeout + graceAfterKillSeconds);
    await Promise.race([ended, giveUp]);
    kill.cancel();
  }
  container.status = 'STOPPED';
}
