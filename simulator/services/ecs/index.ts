import type { Timer } from '../../clock.ts';
import type { Cloud } from '../../cloud.ts';
import type { ServiceModule } from '../../operation.ts';
import { withRates } from '../rates.ts';
import { clusterOperations } from './cluster-operations.ts';
import { clusterResources } from './cluster-resources.ts';
import { definitionOperations } from './definition-operations.ts';
import { ecsControl } from './ecs-control.ts';
import type { EcsControl } from './ecs-control.ts';
import { throttled } from './errors.ts';
import { ecsNames } from './names.ts';
import { ecsBucketOf } from './rates.ts';
import { reconcile } from './reconcile.ts';
import { serviceDeploymentOperations } from './service-deployment-operations.ts';
import { serviceOperations } from './service-operations.ts';
import { watchServiceTasks } from './service-watch.ts';
import { defaultSettings } from './settings.ts';
import { staleReads } from './stale-reads.ts';
import type { Ecs } from './state.ts';
import { tagOperations } from './tag-operations.ts';
import { taskOperations } from './task-operations.ts';

/** Amazon ECS on Fargate: clusters, task definitions, tasks, services that roll. */
export function createEcs(cloud: Cloud): ServiceModule<EcsControl> {
  const { ecs, cancelTimers } = emptyEcs(cloud);
  watchServiceTasks(ecs);
  const operations = {
    ...clusterOperations(ecs),
    ...definitionOperations(ecs),
    ...taskOperations(ecs),
    ...serviceOperations(ecs),
    ...serviceDeploymentOperations(ecs),
    ...tagOperations(ecs),
  };
  return {
    services: [
      {
        name: 'ecs',
        protocol: 'json-1.1',
        target: 'AmazonEC2ContainerServiceV20141113',
        validationError: 'InvalidParameterException',
        operations: withRates(operations, {
          clock: cloud.clock,
          bucketOf: ecsBucketOf,
          isOn: () => ecs.settings.rateLimits,
          refuse: throttled,
        }),
      },
    ],
    state: { ...ecsControl(ecs), close: () => Promise.resolve(cancelTimers()) },
    resources: clusterResources(ecs),
  };
}

function emptyEcs(cloud: Cloud): { ecs: Ecs; cancelTimers: () => void } {
  const settings = defaultSettings();
  const timers = new Set<Timer>();
  let isClosed = false;
  const after = (seconds: number, work: () => void): Timer => {
    if (isClosed) return { cancel() {} };
    const timer = cloud.clock.after(seconds * 1000, () => {
      timers.delete(timer);
      work();
    });
    timers.add(timer);
    const cancel = () => {
      timers.delete(timer);
      timer.cancel();
    };
    return { cancel };
  };
  const ecs: Ecs = {
    cloud,
    settings,
    names: ecsNames(cloud.account, cloud.region, cloud.random('ecs names')),
    clusters: new Map(),
    families: new Map(),
    tasks: new Map(),
    durations: cloud.random('ecs durations'),
    staleTasks: staleReads(after, () => settings.readLagSeconds),
    staleServices: staleReads(after, () => settings.readLagSeconds),
    after,
    wait: (seconds) => new Promise((resolve) => after(seconds, resolve)),
    onTaskChange: [],
    reconcile: (service) => reconcile(ecs, service),
  };
  const cancelTimers = () => {
    isClosed = true;
    for (const timer of timers) timer.cancel();
    timers.clear();
  };
  return { ecs, cancelTimers };
}
