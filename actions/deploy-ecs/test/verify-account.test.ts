import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pushImage } from '../../../rehearsal/test/stage/push-image.ts';
import { deploy, operate, type Prepared, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';
import { type Account, accountOf } from './verify/account.ts';

/** Everything a release stands on is read from the account, and each thing that contradicts it stops it before any write. */

const manifest = smallManifest.replace(
  'JWT_SECRET:',
  'DB_USER: { secret: smartboard/rds/credentials, key: username }\n      JWT_SECRET:',
);

let stage: Stage;
let account: Account;
let prepared: Prepared;
beforeEach(async () => {
  stage = await openStage({ manifest });
  account = accountOf(stage);
  prepared = await prepareRelease(stage);
  stage.forgetCalls();
});
afterEach(() => stage.close());

const verify = (inputs: Readonly<Record<string, string>> = {}): Promise<StepRun> =>
  operate(stage, { operation: 'verify', ...prepared.inputs, ...inputs });

/** The same release with another image of one service. */
function withImage(service: string, digest: string): Readonly<Record<string, string>> {
  return { images: JSON.stringify({ ...prepared.images, [service]: digest }) };
}

test('a release whose foundations are sound is verified without a finding, and nothing is written', async () => {
  const run = await verify();
  expect(run.error).toBeUndefined();
  expect(run.lines).toContain('Verified: everything that the release stands on is there.');
  expect(run.warnings).toEqual([]);
  expect(stage.writes()).toEqual([]);
});

const contradictions: readonly [what: string, make: () => Promise<unknown>, finding: string][] = [
  [
    'a role that is not there',
    () => changeService('web', ({ taskRole }) => ({ taskRole: `${taskRole}-old` })),
    'web: E_STATE: There is no role smartboard-prod-web-task-old.',
  ],
  [
    'a role of another account',
    () => changeService('web', ({ taskRole }) => ({ taskRole: taskRole.replace('111122223333', '444455556666') })),
    'web: E_SCOPE: The role smartboard-prod-web-task leads to another account than the environment.',
  ],
  [
    'a role that tasks may not take on',
    () => changeService('web', () => ({ executionRole: 'arn:aws:iam::111122223333:role/smartboard-prod-deploy' })),
    'web: E_STATE: The role smartboard-prod-deploy does not let ecs-tasks.amazonaws.com assume it',
  ],
  [
    'a log group that is not there',
    () => changeService('web', () => ({ logGroup: '/smartboard/prod/old' })),
    'web: E_STATE: There is no log group /smartboard/prod/old',
  ],
  [
    'a subnet that is not there',
    () => account.changeContract('network', (network) => ({ ...network, subnets: ['subnet-0123456789abcdef0'] })),
    'infra/network: E_STATE: There is no subnet subnet-0123456789abcdef0.',
  ],
  [
    'a subnet of another network',
    async () => {
      const vpc = await account.make('AWS::EC2::VPC', {});
      const subnet = await account.make('AWS::EC2::Subnet', { VpcId: vpc, CidrBlock: '10.1.0.0/24' });
      await account.changeContract('network', (network) => ({ ...network, subnets: [...network.subnets, subnet] }));
    },
    'belongs to vpc-',
  ],
  [
    'subnets without a free address',
    () =>
      account.changeContract('network', (network) => {
        for (const subnet of network.subnets) stage.cloud.ec2.occupy(subnet, 251);
        return network;
      }),
    'infra/network: E_STATE: No subnet has a free address: no task could start.',
  ],
  [
    'a security group that is not there',
    () => changeService('web', () => ({ securityGroups: ['sg-0123456789abcdef0'] })),
    'infra/network: E_STATE: There is no security group sg-0123456789abcdef0.',
  ],
  [
    'a target group that is not there',
    () => changeService('web', ({ targetGroup }) => ({ targetGroup: `${targetGroup}0` })),
    'web: E_STATE: There is no target group tg-web.',
  ],
  [
    'a target group for instances that no listener forwards to',
    async () => {
      const group = { Name: 'lonely', Port: 3000, Protocol: 'HTTP', TargetType: 'instance' };
      const targetGroup = await account.make('AWS::ElasticLoadBalancingV2::TargetGroup', group);
      await changeService('web', () => ({ targetGroup }));
    },
    'gets no requests: no listener of a load balancer forwards to it',
  ],
  [
    'a Cloud Map service that is not there',
    () => changeService('web', ({ registry }) => ({ registry: `${registry}x` })),
    'web: E_STATE: Its Cloud Map service does not exist.',
  ],
  [
    'a secret that was deleted',
    () => stage.byHand.deleteSecret('smartboard/app/jwt-secret'),
    'svc-auth: E_CONFIG: No task could be given JWT_SECRET: the secret smartboard/app/jwt-secret-',
  ],
  [
    'a secret that has lost a key',
    () => stage.byHand.putSecret('smartboard/rds/credentials', '{"user":"x"}'),
    'No task could be given DB_USER: the secret smartboard/rds/credentials-',
  ],
  [
    'a secret that is no JSON any more',
    () => stage.byHand.putSecret('smartboard/rds/credentials', 'hunter2hunter2'),
    'is no JSON object, and its key username is asked for.',
  ],
  [
    'a parameter that was deleted',
    () => account.deleteParameter('/smartboard/prod/node-env'),
    'svc-auth: E_CONFIG: No task could be given NODE_ENV: the parameter /smartboard/prod/node-env does not exist.',
  ],
];

const changeService = (name: string, change: (service: any) => object) =>
  account.changeContract(`services/${name}`, (service) => ({ ...service, ...change(service) }));

test.each(contradictions)('%s stops a release before its first write', async (_what, make, finding) => {
  await make();
  stage.forgetCalls();
  const run = await deploy(stage, prepared);
  expect(run.error?.message).toContain(finding);
  expect(run.error?.message).not.toContain('hunter2');
  expect(run.summary).toContain('### Verification');
  expect(run.outputs['verdict']).toBe('refused');
  expect(stage.writes()).toEqual([]);
});

describe('an image', () => {
  const repository = 'smartboard-web';
  const push = (wishes: Parameters<typeof pushImage>[3]) => pushImage(stage.cloud, repository, {}, wishes);

  test.each([
    ['another processor', { architecture: 'arm64' }, 'Its tasks run on linux/amd64, and its image is for linux/arm64.'],
    [
      'another processor in an index',
      { architecture: 'arm64', index: true },
      'Its tasks run on linux/amd64, and its image is for linux/arm64.',
    ],
    [
      'a forbidden variable',
      { environment: ['PATH=/bin', 'Dev_Bypass_Auth=1'] },
      'web: E_POLICY: Its image sets the variable DEV_BYPASS_AUTH, which must be absent.',
    ],
    [
      'a forbidden variable in full-width letters, in an index',
      { environment: ['ＤＥＶ_BYPASS_AUTH=1'], index: true },
      'Its image sets the variable DEV_BYPASS_AUTH',
    ],
  ])('for %s is refused', async (_what, wishes, finding) => {
    const images = withImage('web', await push(wishes));
    stage.forgetCalls();
    const run = await verify(images);
    expect(run.error?.message).toContain(finding);
    expect(stage.writes()).toEqual([]);
  });

  test('in an index is found good', async () => {
    const run = await verify(withImage('web', await push({ index: true })));
    expect([run.error, run.warnings]).toEqual([undefined, []]);
  });

  test('that ECR does not have is refused', async () => {
    const run = await verify(withImage('web', `sha256:${'0'.repeat(64)}`));
    expect(run.error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining('ECR has no image sha256:') });
  });

  test("of another service's repository is named so", async () => {
    const digest = await pushImage(stage.cloud, 'smartboard-svc-auth', { only: 'here' });
    const images = { ...prepared.images, 'svc-auth': digest, web: digest };
    const run = await verify({ images: JSON.stringify(images) });
    expect(run.error).toMatchObject({
      code: 'E_SCOPE',
      message: expect.stringContaining('is of the repository smartboard-svc-auth, and this service'),
    });
  });

  test('without a trace of the health check program is a warning', async () => {
    const run = await verify(withImage('web', await push({ command: ['/server'] })));
    expect(run.error).toBeUndefined();
    expect(run.warnings).toEqual([expect.stringContaining('Its health check runs `node`, and nothing in the image')]);
  });

  test('whose build installed the program of the health check is found good', async () => {
    const history = ['RUN /bin/sh -c apk add --no-cache nodejs node # buildkit'];
    const run = await verify(withImage('web', await push({ command: ['/server'], history })));
    expect(run.warnings).toEqual([]);
  });
});

test('everything that is wrong is in one report, each with its remedy', async () => {
  await changeService('web', () => ({ logGroup: '/smartboard/prod/old' }));
  await stage.byHand.deleteSecret('smartboard/app/jwt-secret');
  const run = await verify({ cluster: 'another', ...withImage('worker', `sha256:${'0'.repeat(64)}`) });
  expect(
    run.error?.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(': ', 2).join(': ')),
  ).toEqual(['cluster: E_SCOPE', 'worker: E_STATE', 'web: E_STATE', 'svc-auth: E_CONFIG']);
  expect(run.error?.message.match(/(?:Run|Leave|Create) /g)?.length).toBeGreaterThanOrEqual(4);
});
