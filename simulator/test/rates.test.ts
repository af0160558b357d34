import { ApplicationAutoScaling } from '@aws-sdk/client-application-auto-scaling';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EC2 } from '@aws-sdk/client-ec2';
import { PutImageCommand } from '@aws-sdk/client-ecr';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAM } from '@aws-sdk/client-iam';
import { BatchGetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, GetParametersByPathCommand, GetParametersCommand } from '@aws-sdk/client-ssm';
import { expect, test } from '@jest/globals';
import { virtualClock } from '../clock.ts';
import { inProcessHandler } from '../transport/in-process.ts';
import { account, root } from './account.ts';

function ratedAccount() {
  const clock = virtualClock();
  const clients = account({ clock });
  const config = {
    region: 'eu-west-1',
    credentials: root,
    maxAttempts: 1,
    requestHandler: inProcessHandler(clients.cloud) as never,
  };
  return {
    ...clients,
    clock,
    scaling: new ApplicationAutoScaling(config),
    ec2: new EC2(config),
    elb: new ElasticLoadBalancingV2(config),
    iam: new IAM(config),
  };
}

type Account = ReturnType<typeof ratedAccount>;

const throttles = new Set(['ThrottlingException', 'Throttling', 'RequestLimitExceeded']);

/** How many of these calls, made at the same moment, are not throttled; and what a throttled one is told. */
async function passed(calls: readonly (() => Promise<unknown>)[]) {
  const errors = await Promise.all(
    calls.map((call) =>
      call().then(
        () => undefined,
        (error: Error & { $metadata?: { httpStatusCode?: number } }) => error,
      ),
    ),
  );
  const throttled = errors.filter((error) => error !== undefined && throttles.has(error.name));
  return {
    count: calls.length - throttled.length,
    told: throttled[0] && `${throttled[0].name} ${throttled[0].$metadata?.httpStatusCode}`,
  };
}

const times = (count: number, call: () => Promise<unknown>) => Array.from({ length: count }, () => call);

const calls: Readonly<Record<string, (account: Account) => Promise<unknown>>> = {
  'ssm reads': ({ ssm }) => ssm.send(new GetParameterCommand({ Name: '/a' })),
  'an image put': ({ ecr }) => ecr.send(new PutImageCommand({ repositoryName: 'web', imageManifest: '{}' })),
  'secrets in batches': ({ secrets }) => secrets.send(new BatchGetSecretValueCommand({ SecretIdList: ['a'] })),
  'log searches': ({ logs }) => logs.send(new FilterLogEventsCommand({ logGroupName: '/a' })),
  'scaling reads': ({ scaling }) => scaling.describeScalableTargets({ ServiceNamespace: 'ecs' }),
  'load balancer reads': ({ elb }) => elb.describeTargetGroups({}),
  'network reads': ({ ec2 }) => ec2.describeSubnets({}),
  'role reads': ({ iam }) => iam.getRole({ RoleName: 'deploy' }),
};

test.each([
  ['ssm reads', 40, 'ThrottlingException 400'],
  ['an image put', 10, 'ThrottlingException 400'],
  ['secrets in batches', 100, 'ThrottlingException 400'],
  ['log searches', 10, 'ThrottlingException 400'],
  ['scaling reads', 20, 'ThrottlingException 400'],
  ['load balancer reads', 40, 'Throttling 400'],
  ['network reads', 100, 'RequestLimitExceeded 503'],
  ['role reads', 50, 'Throttling 400'],
])('%s: %i at once, the next is told %s', async (name, burst, told) => {
  const here = ratedAccount();
  const call = () => calls[name]!(here);
  expect(await passed(times(burst, call))).toEqual({ count: burst, told: undefined });
  expect(await passed(times(1, call))).toEqual({ count: 0, told });
});

test('three ways to read parameters share a bucket, which fills again', async () => {
  const { ssm, clock } = ratedAccount();
  const mixed = [
    ...times(20, () => ssm.send(new GetParameterCommand({ Name: '/a' }))),
    ...times(20, () => ssm.send(new GetParametersCommand({ Names: ['/a'] }))),
    ...times(20, () => ssm.send(new GetParametersByPathCommand({ Path: '/' }))),
  ];
  expect((await passed(mixed)).count).toBe(40);
  await clock.advance(500);
  expect((await passed(mixed)).count).toBe(20);
});

test('a service can be let off its rates', async () => {
  const here = ratedAccount();
  here.cloud.rates.ssm = false;
  expect((await passed(times(200, () => calls['ssm reads']!(here)))).count).toBe(200);
});
