import { expect, test } from '@jest/globals';
import type { ServiceReport, Verdict } from '../../lib/core/release.ts';
import { judge } from '../../simulator/truth.ts';
import { claimOf } from '../claim.ts';
import type { ReleaseOutcome } from '../outcome.ts';
import type { ServiceTruth } from '../simulated-aws.ts';

// What the actions say is put to the embedded AWS's judge. A lie in any member has to be seen.
const scope = { application: 'smartboard', environment: 'prod' };
const revision = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/smartboard-prod-web:2';
const [old, built] = ['sha256:old', 'sha256:built'];

const web = (digest: string): ServiceTruth & { cluster: string } => ({
  cluster: 'smartboard-prod',
  service: 'smartboard-web',
  taskDefinition: revision,
  deploymentId: 'ecs-svc/2',
  rolloutState: 'COMPLETED',
  desired: 1,
  running: 1,
  runningDigests: [digest],
  deployments: 1,
  tasks: [{ id: '1', lastStatus: 'RUNNING', health: 'HEALTHY', taskDefinition: revision }],
});

const honest: ServiceReport = {
  name: 'web',
  service: 'smartboard-web',
  change: 'update',
  outcome: 'deployed',
  digest: built,
  taskDefinition: revision,
  deploymentId: 'ecs-svc/2',
  rolloutState: 'COMPLETED',
  running: 1,
  desired: 1,
  seconds: 1,
  explanation: [],
};

function differences(verdict: Verdict, said: Partial<ServiceReport>[], running: string): readonly string[] {
  const services = said.map((change) => ({ ...honest, ...change }));
  const outcome = { verdict, images: { web: built }, migrations: [], report: { services } } as unknown;
  const claim = claimOf(outcome as ReleaseOutcome, { scope, before: [web(old)] });
  const ecs = { truth: () => [web(running)], taskTruth: () => undefined } as unknown;
  return judge({ ecs } as Parameters<typeof judge>[0], claim).differences;
}

test('an honest success, and an honest way back, are agreed with', () => {
  expect(differences('succeeded', [{}], built)).toEqual([]);
  expect(differences('undone', [{ digest: old }], old)).toEqual([]);
  expect(differences('rolled-back', [{ digest: old }], old)).toEqual([]);
});

test.each<[string, Verdict, Partial<ServiceReport>[], string]>([
  ['a digest that does not run', 'succeeded', [{ digest: 'sha256:other' }], built],
  ['a deployment that is not the current one', 'succeeded', [{ deploymentId: 'ecs-svc/1' }], built],
  ['a revision that is not the current one', 'succeeded', [{ taskDefinition: revision.replace(':2', ':1') }], built],
  ['more tasks than run', 'succeeded', [{ running: 2, desired: 2 }], built],
  ['success with the image of before', 'succeeded', [{ digest: old }], old],
  ['success without a word on the service', 'succeeded', [], old],
  ['undone while the new image runs', 'undone', [{ digest: built }], built],
  ['rolled back while the new image runs', 'rolled-back', [{ digest: built }], built],
  ['refused after something moved', 'refused', [], built],
])('%s is not agreed with', (_, verdict, said, running) => {
  expect(differences(verdict, said, running)).not.toEqual([]);
});
