import { expect, test } from '@jest/globals';
import type { ServiceDeployment } from '../../../lib/aws/ecs-deployments.ts';
import type { RolloutRules } from '../../../lib/aws/ecs-rollout-rules.ts';
import type { ObservedDeployment, ObservedService } from '../../../lib/aws/ecs-services.ts';
import { judgeWithRecord } from '../src/watch/judge-record.ts';
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

const plain: RolloutRules = {
  strategy: 'ROLLING',
  crashLimit: 3,
  earlySuccess: undefined,
  alarms: [],
  hasHooks: false,
};
const early = (healthyPercent: number, cleanUp: 'BLOCKING' | 'DEFERRED'): RolloutRules => ({
  ...plain,
  earlySuccess: { healthyPercent, cleanUp },
});

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
    minimumHealthyPercent: 100,
    isExpress: false,
    rules: plain,
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
  ['completed, but a task is missing', service([deployment({ running: 0 })]), 'short'],
  ['completed, but the autoscaler wants more', service([deployment()], { desired: 2 }), 'short'],
  ['completed, and one more while zones are balanced', service([deployment({ running: 2 })]), 'looks-complete'],
  [
    'completed early, while old tasks run on',
    service([deployment({ running: 3 }), old({ running: 2 })], { desired: 4, rules: early(75, 'DEFERRED') }),
    'looks-complete',
  ],
  [
    'completed early with too few tasks',
    service([deployment({ running: 2 })], { desired: 4, rules: early(75, 'DEFERRED') }),
    'short',
  ],
  [
    'old tasks where early success cleans up first',
    service([deployment({ running: 3 }), old()], { desired: 4, rules: early(75, 'BLOCKING') }),
    'in-progress',
  ],
  ['nothing wanted, and nobody declared that', service([deployment({ running: 0 })], { desired: 0 }), 'failed'],
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

test('nothing wanted is fine where it was declared', () => {
  const seen = service([deployment({ desired: 0, running: 0 })], { desired: 0 });
  expect(judgeReading({ ...target, mayBeEmpty: true }, seen)).toEqual({ kind: 'looks-complete', needed: 0 });
});

function record(changes: Partial<ServiceDeployment>): ServiceDeployment {
  return {
    arn: 'arn:record',
    status: 'IN_PROGRESS',
    reason: undefined,
    stage: undefined,
    isBreakerTriggered: false,
    triggeredAlarms: [],
    waitingHooks: [],
    ...changes,
  };
}

const gone = service([old({ status: 'PRIMARY' })]);
const baking = service([deployment(), old({ running: 0 })], { rules: { ...plain, strategy: 'BLUE_GREEN' } });
const broken = service([
  deployment({ rolloutState: 'FAILED', rolloutReason: 'it failed', status: 'ACTIVE' }),
  old({ status: 'PRIMARY' }),
]);

const withRecord: readonly [title: string, seen: ObservedService, record: ServiceDeployment, expected: unknown][] = [
  ['an absent one that goes on is a stale read', gone, record({}), { kind: 'not-listed' }],
  [
    'an absent one that is rolled back',
    gone,
    record({ status: 'ROLLBACK_SUCCESSFUL', reason: 'the threshold was exceeded', isBreakerTriggered: true }),
    { kind: 'ended', ending: { kind: 'failed', reason: 'the threshold was exceeded', goingBackTo: 'ecs-svc/1' } },
  ],
  [
    'one that someone stopped',
    gone,
    record({ status: 'ROLLBACK_IN_PROGRESS', reason: 'stop requested' }),
    {
      kind: 'ended',
      ending: {
        kind: 'failed',
        reason: 'it was stopped (StopServiceDeployment): stop requested',
        goingBackTo: 'ecs-svc/1',
      },
    },
  ],
  [
    'an alarm is named instead of ECS’s sentence',
    broken,
    record({ status: 'ROLLBACK_IN_PROGRESS', triggeredAlarms: ['web-5xx'] }),
    { kind: 'ended', ending: { kind: 'failed', reason: 'the alarm web-5xx went off', goingBackTo: 'ecs-svc/1' } },
  ],
  [
    'a hook that failed keeps its sentence',
    broken,
    record({ status: 'ROLLBACK_IN_PROGRESS', reason: 'PRE_SCALE_UP lifecycle hook(s) failed.' }),
    { kind: 'ended', ending: { kind: 'failed', reason: 'it failed', goingBackTo: 'ecs-svc/1' } },
  ],
  ['blue/green that still bakes is not over', baking, record({ stage: 'BAKE_TIME' }), { kind: 'in-progress' }],
  ['blue/green that is over', baking, record({ status: 'SUCCESSFUL' }), { kind: 'looks-complete', needed: 1 }],
];

test.each(withRecord)("ECS's own record decides: %s", (_title, seen, one, expected) => {
  expect(judgeWithRecord(judgeReading(target, seen), one, { target, service: seen })).toEqual(expected);
});
