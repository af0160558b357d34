import type { EcsTruth } from '../../cloud.ts';
import { serviceTruths, taskTruth } from './ecs-truth.ts';
import { serviceEvent, texts } from './events.ts';
import { scale } from './service-changes.ts';
import type { EcsSettings } from './settings.ts';
import type { DeploymentController, Ecs, EcsService, Leaving, Task } from './state.ts';
import { stopTask } from './task-stop.ts';
import { wakeScheduler } from './wake.ts';

/** What the simulator itself may see and change of ECS: fate, Fargate, and people at the console. */
export type EcsControl = EcsTruth & {
  readonly settings: EcsSettings;
  /** A service by its name; throws when there is none. */
  service(name: string): ServiceControl;
  /** Fargate reclaims a Spot task; AWS reports it under either code. */
  interrupt(taskArn: string, code: 'SpotInterruption' | 'TerminationNotice'): void;
  /** Fargate retires the machine of a task: a service replaces it first, any other task just ends. */
  retire(taskArn: string): void;
  /** Every container of a task dies now, with code 137 and no reason. */
  crash(taskArn: string): void;
};

export type ServiceControl = {
  /** Tasks of the PRIMARY deployment that run, oldest first. */
  tasks(): readonly string[];
  /** Somebody, or an autoscaler, sets the desired count: no deployment, no call. */
  scaleTo(desiredCount: number): void;
  /** Moves so many tasks of the PRIMARY deployment to another zone, one replacement before each stop. */
  rebalance(count?: number): void;
  /** Adds an event, `(service S) <text>`. */
  say(text: string): void;
  /** `ECS` as Express Mode's services have it. */
  managedBy(owner: 'CUSTOMER' | 'ECS'): void;
  controlledBy(controller: DeploymentController): void;
};

export function ecsControl(ecs: Ecs): Omit<EcsControl, 'close'> {
  const withTask = (arn: string, act: (task: Task) => void) => {
    const task = ecs.tasks.get(arn);
    if (task !== undefined) act(task);
  };
  return {
    settings: ecs.settings,
    truth: () => serviceTruths(ecs),
    taskTruth: (arn) => taskTruth(ecs, arn),
    scalable: (cluster, name) => scalableService(ecs, ecs.clusters.get(cluster)?.services.get(name)),
    service: (name) => serviceControl(ecs, serviceNamed(ecs, name)),
    interrupt: (arn, code) =>
      withTask(arn, (task) => void stopTask(ecs, task, { code, reason: 'Your Spot Task was interrupted.' })),
    retire: (arn) => withTask(arn, (task) => retire(ecs, task)),
    crash: (arn) =>
      withTask(arn, ({ running, containers }) => {
        for (const { definition } of containers) running?.signal(definition.name, 'SIGKILL');
      }),
  };
}

function serviceNamed(ecs: Ecs, name: string): EcsService {
  for (const { services } of ecs.clusters.values()) {
    const service = services.get(name);
    if (service !== undefined) return service;
  }
  throw new Error(`There is no service ${name}.`);
}

function serviceControl(ecs: Ecs, service: EcsService): ServiceControl {
  return {
    tasks: () => runningOf(service).map(({ arn }) => arn),
    scaleTo(desiredCount) {
      scale(service, desiredCount);
      wakeScheduler(ecs, service);
    },
    rebalance(count = 1) {
      serviceEvent(ecs, service, texts.unbalanced(service));
      const reason = `Scaling activity initiated by (deployment ${service.deployments[0]?.id})`;
      for (const task of runningOf(service).slice(-count)) leave(ecs, task, { kind: 'rebalanced', reason });
    },
    say: (text) => serviceEvent(ecs, service, text),
    managedBy: (owner) => void (service.managedBy = owner),
    controlledBy: (controller) => void (service.controller = controller),
  };
}

const runningOf = (service: EcsService) =>
  [...service.tasks].filter(
    ({ owner, status, desiredStatus }) =>
      owner?.deployment === service.deployments[0] && status === 'RUNNING' && desiredStatus === 'RUNNING',
  );

const maintenance = 'ECS is performing maintenance on the underlying infrastructure hosting the task.';

function retire(ecs: Ecs, task: Task): void {
  if (task.owner !== undefined) return leave(ecs, task, { kind: 'retired', reason: maintenance });
  void stopTask(ecs, task, { code: 'TerminationNotice', reason: maintenance });
}

function leave(ecs: Ecs, task: Task, leaving: Leaving): void {
  task.leaving = leaving;
  wakeScheduler(ecs, task.owner!.service);
}

/** What Application Auto Scaling needs of a service. */
function scalableService(ecs: Ecs, service: EcsService | undefined): ReturnType<EcsTruth['scalable']> {
  if (service?.status !== 'ACTIVE') return undefined;
  return {
    desiredCount: service.desiredCount,
    targetGroupArns: service.target.loadBalancers.map(({ targetGroupArn }) => targetGroupArn),
    scaleTo: (desiredCount) => serviceControl(ecs, service).scaleTo(desiredCount),
  };
}
