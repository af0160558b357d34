import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Account, accountOf } from '../../deploy-ecs/test/verify/account.ts';
import { deploy, migrate, type Prepared, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { withAnswer } from './altered.ts';

/** What a migration stands on is looked at as deploy-ecs looks at a release: by the same checks, in the same words. */

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

const changeAuth = (change: (service: any) => object) =>
  account.changeContract('services/svc-auth', (service) => ({ ...service, ...change(service) }));
const changeNetwork = (change: (network: any) => object) =>
  account.changeContract('network', (network) => ({ ...network, ...change(network) }));

const contradictions: readonly [what: string, make: () => Promise<unknown>, finding: string][] = [
  [
    'a role that is not there',
    () => changeAuth(({ taskRole }) => ({ taskRole: `${taskRole}-old` })),
    'svc-auth: E_STATE: There is no role smartboard-prod-svc-auth-task-old.',
  ],
  [
    'a role of another account',
    () => changeAuth(({ taskRole }) => ({ taskRole: taskRole.replace('111122223333', '444455556666') })),
    'svc-auth: E_SCOPE: The role smartboard-prod-svc-auth-task leads to another account than the environment.',
  ],
  [
    'a role that tasks may not take on',
    () => changeAuth(() => ({ executionRole: 'arn:aws:iam::111122223333:role/smartboard-prod-deploy' })),
    'svc-auth: E_STATE: The role smartboard-prod-deploy does not let ecs-tasks.amazonaws.com assume it',
  ],
  [
    'a log group that is not there',
    () => changeAuth(() => ({ logGroup: '/smartboard/prod/old' })),
    'svc-auth: E_STATE: There is no log group /smartboard/prod/old',
  ],
  ['a repository that is not there', () => account.deleteRepository('smartboard-svc-auth'), 'in smartboard-svc-auth.'],
  [
    'a subnet that is not there',
    () => changeNetwork(() => ({ subnets: ['subnet-0123456789abcdef0'] })),
    'infra/network: E_STATE: There is no subnet subnet-0123456789abcdef0.',
  ],
  [
    'a subnet of another network',
    async () => {
      const vpc = await account.make('AWS::EC2::VPC', {});
      const subnet = await account.make('AWS::EC2::Subnet', { VpcId: vpc, CidrBlock: '10.1.0.0/24' });
      await changeNetwork(({ subnets }) => ({ subnets: [...subnets, subnet] }));
    },
    'belongs to vpc-',
  ],
  [
    'subnets without a free address',
    () =>
      changeNetwork(({ subnets }) => {
        for (const subnet of subnets) stage.cloud.ec2.occupy(subnet, 251);
        return {};
      }),
    'infra/network: E_STATE: No subnet has a free address: no task could start.',
  ],
  [
    'a security group of migrations that is not there',
    () => account.changeContract('migrations', () => ({ securityGroups: ['sg-0123456789abcdef0'] })),
    'infra/network: E_STATE: There is no security group sg-0123456789abcdef0.',
  ],
  [
    'a secret that was deleted',
    () => stage.byHand.deleteSecret('smartboard/app/jwt-secret'),
    'svc-auth: E_CONFIG: No task could be given JWT_SECRET: the secret smartboard/app/jwt-secret-',
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

test.each(contradictions)('%s stops the migrations before the first write', async (_what, make, finding) => {
  await make();
  stage.forgetCalls();
  const run = await migrate(stage, prepared);
  expect(run.error?.message).toContain('The migrations cannot begin');
  expect(run.error?.message).toContain(finding);
  expect(run.error?.message).not.toContain('hunter2');
  expect(run.summary).toContain('### Verification');
  expect(stage.writes()).toEqual([]);
});

const linesOf = (error: Error | undefined) => error?.message.split('\n').slice(1);

test('what stops a migration is what stops the release, word for word', async () => {
  await changeAuth(({ taskRole }) => ({ taskRole: `${taskRole}-old`, logGroup: '/smartboard/prod/old' }));
  await stage.byHand.deleteSecret('smartboard/app/jwt-secret');
  const migrated = linesOf((await migrate(stage, prepared)).error);
  expect(migrated).toHaveLength(3);
  expect(migrated).toEqual(linesOf((await deploy(stage, prepared)).error));
});

const describeClusters = (change: (cluster: any) => object) =>
  withAnswer('DescribeClusters', ({ clusters = [], ...answer }) => ({
    ...answer,
    clusters: clusters.map((cluster: object) => ({ ...cluster, ...change(cluster) })),
  }));

test('a cluster that is going away stops the migrations', async () => {
  const draining = describeClusters(() => ({ status: 'DEPROVISIONING' }));
  const { error } = await stage.run('run-migrations', draining, prepared.inputs);
  expect(error?.message).toContain('cluster: E_STATE: The cluster smartboard-prod is DEPROVISIONING.');
  expect(stage.writes()).toEqual([]);
});

test('a cluster without the capacity of the service is a warning: a migration is placed by launch type', async () => {
  const bare = describeClusters(() => ({ capacityProviders: [] }));
  const run = await stage.run('run-migrations', bare, prepared.inputs);
  expect(run.error).toBeUndefined();
  expect(run.warnings).toEqual(['Not certain before the release: svc-auth: The cluster does not offer FARGATE.']);
});

test('migrations whose foundations cannot be read at all run all the same', async () => {
  const operations = [
    'ecs:DescribeClusters',
    'iam:ListRoles',
    'logs:DescribeLogGroups',
    'ssm:GetParameters',
    'secretsmanager:BatchGetSecretValue',
    'secretsmanager:DescribeSecret',
    'ec2:DescribeSubnets',
    'ec2:DescribeSecurityGroups',
    'ecr:BatchGetImage',
  ];
  stage.setFaults(operations.map((operation) => ({ operation, kind: 'error', code: 'AccessDeniedException' })));
  const run = await migrate(stage, prepared);
  expect(run.error).toBeUndefined();
  expect(run.warnings).toEqual([
    expect.stringMatching(/^Not certain before the release: .*\(and 7 more: see the log\)$/),
  ]);
});

test('what two migrations of one service have in common is said once', async () => {
  const two = `migrate:
      - { command: [node, migrate.js], schema: auth }
      - { command: [node, second.js], schema: auth }`;
  await stage.close();
  stage = await openStage({
    manifest: manifest.replace('migrate: { command: [node, migrate.js], schema: auth }', two),
  });
  prepared = await prepareRelease(stage);
  await accountOf(stage).changeContract('services/svc-auth', (auth) => ({ ...auth, logGroup: '/smartboard/prod/old' }));
  expect((await migrate(stage, prepared)).error?.message.match(/no log group/g)).toHaveLength(1);
});
