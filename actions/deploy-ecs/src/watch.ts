import { describeServiceDeployments } from '../../../lib/aws/ecs-deployments.ts';
import { describeServices, type ObservedService, primaryOf } from '../../../lib/aws/ecs-services.ts';
import { describeTasks, listTasks, type ObservedTask } from '../../../lib/aws/ecs-tasks.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import type { Log } from '../../../lib/core/world.ts';
import { describeProgress, judgeReading } from './judge.ts';
import type { Ended, Ending, Target } from './target.ts';

export type WatchWorld = {
  readonly aws: Aws;
  readonly cluster: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** On the clock's `elapsed`. */
  readonly deadline: number;
};

const firstPauseMs = 500;
const longestPauseMs = 2_000;
const longestPauseLaterMs = 5_000;
const laterMs = 180_000;
/** A read may lag behind a write for so long; after that, an absent deployment is a deployment that is gone. */
const absentForMs = 15_000;
const missingForMs = 60_000;

type Followed = { target: Target; line: string; absentSince: number | undefined; wasListed: boolean };

/** Follows deployments of one cluster, all in one loop, until each has ended or the deadline has come. */
export async function watchDeployments(targets: readonly Target[], world: WatchWorld): Promise<readonly Ended[]> {
  const { aws, cluster, log, signal, deadline } = world;
  const { clock } = aws;
  const startedAt = clock.elapsed();
  const ended = new Map<string, Ended>();
  const open = new Map<string, Followed>(
    targets.map((target) => [target.ecsName, { target, line: '', absentSince: undefined, wasListed: false }]),
  );
  let pauseMs = firstPauseMs;
  while (open.size > 0) {
    const services = await describeServices(aws, cluster, [...open.keys()]);
    const endings = await readEndings(open, services, world);
    for (const [name, ending] of endings) {
      const followed = open.get(name);
      if (followed === undefined) continue;
      open.delete(name);
      ended.set(name, { target: followed.target, ending, service: services.get(name) });
      log.info(`${followed.target.name}: ${describeEnding(ending)}`);
    }
    const changed = tellProgress(open, services, log);
    if (clock.elapsed() >= deadline) {
      for (const [name, { target }] of open)
        ended.set(name, { target, ending: { kind: 'timed-out' }, service: services.get(name) });
      break;
    }
    if (open.size === 0) break;
    const longest = clock.elapsed() - startedAt > laterMs ? longestPauseLaterMs : longestPauseMs;
    pauseMs = changed ? firstPauseMs : Math.min(longest, pauseMs * 1.3);
    await clock.sleep(Math.min(pauseMs, Math.max(1, deadline - clock.elapsed())), signal);
  }
  return targets.flatMap(({ ecsName }) => ended.get(ecsName) ?? []);
}

/** What this read ends. What looks complete is believed only when the tasks and ECS's own record agree. */
async function readEndings(
  open: Map<string, Followed>,
  services: ReadonlyMap<string, ObservedService>,
  world: WatchWorld,
): Promise<ReadonlyMap<string, Ending>> {
  const endings = new Map<string, Ending>();
  const complete: ObservedService[] = [];
  for (const [name, followed] of open) {
    const service = services.get(name);
    const reading = service === undefined ? ({ kind: 'not-listed' } as const) : judgeReading(followed.target, service);
    if (reading.kind !== 'not-listed') followed.absentSince = undefined;
    switch (reading.kind) {
      case 'ended':
        endings.set(name, reading.ending);
        break;
      case 'looks-complete':
        if (service !== undefined) complete.push(service);
        break;
      case 'follow':
        followed.target = { ...followed.target, deploymentId: reading.deploymentId, serviceDeployment: undefined };
        world.log.info(
          `${followed.target.name}: someone else deployed the same revision; following ${reading.deploymentId}`,
        );
        break;
      case 'in-progress':
        followed.wasListed = true;
        break;
      case 'not-listed': {
        const ending = endAbsent(followed, service, world.aws.clock.elapsed());
        if (ending !== undefined) endings.set(name, ending);
      }
    }
  }
  for (const name of await confirmed(complete, open, world)) endings.set(name, { kind: 'completed' });
  return endings;
}

function endAbsent(followed: Followed, service: ObservedService | undefined, now: number): Ending | undefined {
  followed.absentSince ??= now;
  const absentMs = now - followed.absentSince;
  if (service === undefined) {
    return absentMs < missingForMs
      ? undefined
      : { kind: 'failed', reason: 'ECS does not know the service any more', goingBackTo: undefined };
  }
  // Seen before and gone now is a rollback that has ended, unless this one read came from the past.
  if (absentMs < (followed.wasListed ? 2 * firstPauseMs : absentForMs)) return undefined;
  return { kind: 'failed', reason: 'ECS has gone back to an earlier deployment', goingBackTo: primaryOf(service)?.id };
}

/** Names of the services whose running tasks are all ours, and whose rollout ECS's own record calls successful. */
async function confirmed(
  services: readonly ObservedService[],
  open: ReadonlyMap<string, Followed>,
  { aws, cluster }: WatchWorld,
): Promise<readonly string[]> {
  if (services.length === 0) return [];
  const targets = services.flatMap(({ name }) => open.get(name)?.target ?? []);
  const records = targets.flatMap(({ serviceDeployment }) => serviceDeployment ?? []);
  const [tasks, deployments] = await Promise.all([
    runningTasks(aws, cluster),
    records.length === 0 ? new Map<string, never>() : describeServiceDeployments(aws, records),
  ]);
  return services
    .filter((service) => {
      const target = open.get(service.name)?.target;
      if (target === undefined) return false;
      const record = deployments.get(target.serviceDeployment ?? '');
      return areOurs(tasks, target, service) && (record === undefined || record.status === 'SUCCESSFUL');
    })
    .map(({ name }) => name);
}

/** Listed once for the whole cluster, however many services have just become complete. */
async function runningTasks(aws: Aws, cluster: string): Promise<readonly ObservedTask[]> {
  const arns = await listTasks(aws, cluster, { desiredStatus: 'RUNNING' });
  return [...(await describeTasks(aws, cluster, arns)).values()];
}

function areOurs(tasks: readonly ObservedTask[], target: Target, service: ObservedService): boolean {
  const own = tasks.filter(({ group }) => group === `service:${target.ecsName}`);
  const running = own.filter(({ lastStatus }) => lastStatus === 'RUNNING');
  return running.length === service.desired && own.every((task) => runsOurs(task, target));
}

function runsOurs(task: ObservedTask, { taskDefinition, digests }: Target): boolean {
  if (task.taskDefinition !== taskDefinition) return false;
  return task.containers.every(
    ({ imageDigest }) => imageDigest === undefined || digests.length === 0 || digests.includes(imageDigest),
  );
}

/** Says what has changed since the last read, and whether anything has. */
function tellProgress(
  open: ReadonlyMap<string, Followed>,
  services: ReadonlyMap<string, ObservedService>,
  log: Log,
): boolean {
  let changed = false;
  for (const [name, followed] of open) {
    const service = services.get(name);
    const line = service === undefined ? followed.line : describeProgress(followed.target, service);
    if (line === followed.line) continue;
    followed.line = line;
    changed = true;
    log.info(`${followed.target.name}: ${line}`);
  }
  return changed;
}

function describeEnding(ending: Ending): string {
  switch (ending.kind) {
    case 'completed':
      return 'completed';
    case 'failed':
      return `failed: ${ending.reason}${ending.goingBackTo === undefined ? '' : `; ECS goes back to ${ending.goingBackTo}`}`;
    case 'superseded':
      return `superseded by ${ending.by}`;
    case 'timed-out':
      return 'not finished in time';
  }
}
