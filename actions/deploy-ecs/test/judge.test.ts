import { expect, test } from '@jest/globals';
import type { ObservedDeployment, ObservedService } from '../../../lib/aws/ecs-services.ts';
import { judgeReading, type Reading } from '../src/watch/judge.ts';
import type { Target } from '../src/watch/target.ts';

const ours = 'ecs-svc/2';
const target: Target = {
  name: 'web',
  ecsName: 'smartboard-web',
  deploymentId: ours,
  taskDefinition: 'arn:web:2',
  digests: [],
  serviceDeployment: undefined,
  earlier: new Set(['ecs-svc/1']),
  startedAt: 0,
};

function deployment(changes: Partial<ObservedDeployment> = {}): ObservedDeployment {
  return {
    id: ours,
    status: 'PRIMARY',
    rolloutState: 'COMPLETED',
    rolloutReason: undefined,
    taskDefinition: 'arn:web:2',
    desired: 1,
    running: 1,
    pending: 0,
    failed: 0,
    ...changes,
  };
}

const old = (changes: Partial<ObservedDeployment> = {}) =>
  deployment({ id: 'ecs-svc/1', status: 'ACTIVE', taskDefinition: 'arn:web:1', ...changes });

function service(deployments: readonly ObservedDeployment[], changes: Partial<ObservedService> = {}): ObservedService {
  return {
    name: 'smartboard-web',
    status: 'ACTIVE',
    controller: 'ECS',
    taskDefinition: 'arn:web:2',
    desired: 1,
    running: 1,
    pending: 0,
    hasCircuitBreaker: true,
    settings: {
      subnets: [],
      securityGroups: [],
      assignPublicIp: 'DISABLED',
      targets: [],
      registries: [],
      capacity: ['FARGATE'],
      graceSeconds: 0,
    },
    tags: {},
    rules: { strategy: 'ROLLING', crashLimit: 3, earlySuccess: undefined, alarms: [], hasHooks: false },
    deployments,
    events: [],
    serviceDeployment: undefined,
    ...changes,
  };
}

const event = {
  id: '1',
  at: 0,
  message: `(service smartboard-web) (deployment ${ours}) deployment failed: tasks failed to start.`,
};

const readings: readonly [title: string, seen: ObservedService, kind: Reading['kind'] | 'failed' | 'superseded'][] = [
  ['ours alone, completed and full', service([deployment()]), 'looks-complete'],
  ['the old one still draining', service([deployment(), old()]), 'in-progress'],
  ['an old one without tasks left', service([deployment(), old({ running: 0 })]), 'looks-complete'],
  ['completed, but a task is missing', service([deployment({ running: 0 })]), 'in-progress'],
  ['completed, but the autoscaler wants more', service([deployment()], { desired: 2 }), 'in-progress'],
  ['no rollout state', service([deployment({ rolloutState: undefined })]), 'in-progress'],
  ['failed', service([deployment({ rolloutState: 'FAILED' })]), 'failed'],
  [
    'failed, and going back',
    service([deployment({ rolloutState: 'FAILED', status: 'ACTIVE' }), old({ status: 'PRIMARY' })]),
    'failed',
  ],
  ['only the old one, with word of our failure', service([old({ status: 'PRIMARY' })], { events: [event] }), 'failed'],
  ['only the old one, stable and green', service([old({ status: 'PRIMARY' })]), 'not-listed'],
  ['no deployments at all', service([]), 'not-listed'],
  [
    'a foreign one with another revision',
    service([deployment({ id: 'ecs-svc/3', taskDefinition: 'arn:web:3' }), deployment({ status: 'ACTIVE' })]),
    'superseded',
  ],
  [
    'a foreign one with our revision',
    service([deployment({ id: 'ecs-svc/3' }), deployment({ status: 'ACTIVE' })]),
    'follow',
  ],
  [
    'a crash loop without a breaker',
    service([deployment({ rolloutState: 'IN_PROGRESS', running: 0, failed: 3 })], { hasCircuitBreaker: false }),
    'failed',
  ],
  [
    'three failures with a breaker, which decides itself',
    service([deployment({ rolloutState: 'IN_PROGRESS', running: 0, failed: 3 })]),
    'in-progress',
  ],
  ['a service that is being deleted', service([deployment()], { status: 'DRAINING' }), 'failed'],
  [
    'a status that is newer than this code',
    service([deployment(), old({ status: 'DRAINING', running: 0 })]),
    'looks-complete',
  ],
];

test.each(readings)('judges by our own deployment: %s', (_title, seen, kind) => {
  const reading = judgeReading(target, seen);
  expect(reading.kind === 'ended' ? reading.ending.kind : reading.kind).toBe(kind);
});
