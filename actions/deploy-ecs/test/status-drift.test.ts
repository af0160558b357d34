import { expect, test } from '@jest/globals';
import type { ReleaseRecord } from '../../../lib/core/ledger.ts';
import { findDrift } from '../src/status/drift.ts';
import type { StandingService } from '../src/status/observe.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const arn = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/shop-web:7';
const deployment = { id: 'ecs-svc/1', status: 'PRIMARY', rolloutState: 'COMPLETED' };

function service({ observed = {}, image = `web@${digest}`, active = true, ...others }: any = {}): StandingService {
  return {
    name: 'web',
    ecsName: 'shop-web',
    recorded: { service: 'shop-web', repository: 'web', digest, taskDefinition: arn },
    observed: { status: 'ACTIVE', taskDefinition: arn, desired: 2, running: 2, deployments: [deployment], ...observed },
    definition: { arn, active, tags: {}, definition: { containerDefinitions: [{ name: 'web', image }] } },
    ...others,
  };
}

const unfinished = { before: { web: null } } as unknown as ReleaseRecord;

test.each<[string, any, readonly string[]]>([
  ['as released', {}, []],
  ['another revision', { observed: { taskDefinition: arn.replace(':7', ':8') } }, ['differs: shop-web:7 was released']],
  [
    'another image under the same revision',
    { image: `web@sha256:${'b'.repeat(64)}` },
    ['image sha256:bbbbbbbbbbbb, sha256:aaaaaaaaaaaa was released'],
  ],
  ['an image by tag', { image: 'web:latest' }, ['image named by a tag, sha256:aaaaaaaaaaaa was released']],
  ['a deregistered definition', { active: false }, ['runs a deregistered definition']],
  ['scaled to nothing', { observed: { desired: 0, running: 0 } }, ['its desired count is 0']],
  ['too few tasks', { observed: { running: 1 } }, ['1 of its tasks do not run']],
  [
    'a deployment of someone',
    { observed: { deployments: [{ ...deployment, id: 'ecs-svc/2', rolloutState: 'IN_PROGRESS' }] } },
    ['someone else deploys it: ecs-svc/2'],
  ],
  [
    'a deployment that failed',
    { observed: { deployments: [{ ...deployment, rolloutState: 'FAILED' }] } },
    ['its last deployment has failed: ecs-svc/1'],
  ],
  ['unknown to the ledger', { recorded: undefined }, ['not in the ledger']],
  ['deleted', { observed: { status: 'INACTIVE' } }, ['released, but gone']],
])('%s', (_title, change, drift) => {
  expect(findDrift(service(change), undefined)).toEqual(drift);
});

test('what the release that is under way does is no drift of someone else', () => {
  const rolling = service({ observed: { deployments: [{ ...deployment, rolloutState: 'IN_PROGRESS' }] } });
  expect(findDrift(rolling, unfinished)).toEqual([]);
});
