import { expect, test } from '@jest/globals';
import type { ObservedService } from '../../../lib/aws/ecs-services.ts';
import { composeTaskDefinition } from '../../../lib/aws/task-definition-compose.ts';
import type { Contract } from '../../../lib/core/contract.ts';
import { parseManifest } from '../../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../../lib/core/manifest/select.ts';
import { describeFindings, summariseFindings, warningLine } from '../../../lib/world/verify/words.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import type { ObservedEnvironment } from '../src/deploy/observe.ts';
import type { ServiceFoundations } from '../src/verify/foundations.ts';
import type { ServiceSubject } from '../src/verify/subject.ts';
import { judgeRelease } from '../src/verify/verify.ts';
import type { VerifyWishes } from '../src/verify/wishes.ts';

/** The judgement by value: what no simulated account can be brought to say, and the words. */

const account = '111122223333';
const region = 'eu-west-1';
const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
const [vpc, subnet, group] = ['vpc-01', 'subnet-01', 'sg-01'];
const targetGroup = arn('elasticloadbalancing', 'targetgroup/tg-web/01');
const registry = arn('servicediscovery', 'service/srv-01');
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const digest = `sha256:${'a'.repeat(64)}`;

const infra = {
  service: 'smartboard-web',
  repository: 'smartboard-web',
  logGroup: '/smartboard/prod/web',
  executionRole: role('execution'),
  taskRole: role('task'),
  securityGroups: [group],
  targetGroup,
  registry,
};

const contract: Contract = {
  account,
  region,
  notSimulated: [],
  cluster: { name: 'smartboard-prod', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] },
  network: { vpc, subnets: [subnet], assignPublicIp: 'DISABLED', namespace: undefined },
  database: undefined,
  cache: undefined,
  storage: new Map(),
  services: new Map([['web', infra]]),
  migrations: { securityGroups: [group] },
};

const sound: ServiceFoundations = {
  cluster: { kind: 'read', value: { status: 'ACTIVE', capacityProviders: ['FARGATE'] } },
  roles: {
    kind: 'read',
    value: new Map(
      ['execution', 'task'].map((name) => [role(name), { arn: role(name), name, trusts: ['ecs-tasks.amazonaws.com'] }]),
    ),
  },
  logGroups: { kind: 'read', value: new Set([infra.logGroup]) },
  secrets: { kind: 'read', value: new Map() },
  missingParameters: { kind: 'read', value: [] },
  subnets: { kind: 'read', value: new Map([[subnet, { id: subnet, vpc, zone: 'eu-west-1a', freeAddresses: 9 }]]) },
  securityGroups: { kind: 'read', value: new Map([[group, { id: group, vpc }]]) },
  targetGroups: {
    kind: 'read',
    value: new Map([
      [
        targetGroup,
        {
          arn: targetGroup,
          name: 'tg-web',
          targetType: 'ip',
          port: 3000,
          vpc,
          healthPath: '/health/ready',
          healthPort: 'traffic-port',
          loadBalancers: ['arn:lb'],
        },
      ],
    ]),
  },
  registries: { kind: 'read', value: new Set([registry]) },
  images: new Map([
    ['web', { kind: 'read', value: { kind: 'inspected', config: { variables: [], words: new Set(['node']) } } }],
  ]),
};

const running: ObservedService = {
  name: 'smartboard-web',
  status: 'ACTIVE',
  controller: 'ECS',
  taskDefinition: 'arn:web:1',
  desired: 1,
  running: 1,
  pending: 0,
  hasCircuitBreaker: true,
  rules: { strategy: 'ROLLING', crashLimit: 3, earlySuccess: undefined, alarms: [], hasHooks: false },
  minimumHealthyPercent: 100,
  isExpress: false,
  deployments: [],
  events: [],
  serviceDeployment: undefined,
  settings: {
    subnets: [subnet],
    securityGroups: [group],
    assignPublicIp: 'DISABLED',
    targets: [],
    registries: [],
    capacity: ['FARGATE'],
    graceSeconds: 0,
  },
  tags: {},
};

const recorded = { service: 'smartboard-web', repository: 'smartboard-web', digest, taskDefinition: 'arn:web:1' };

type Changes = {
  readonly before?: Partial<ObservedService> | undefined;
  readonly foundations?: Partial<ServiceFoundations>;
  readonly wishes?: Partial<VerifyWishes>;
  readonly environment?: string;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly cpu?: number;
  readonly isOwn?: boolean;
};

function judge(changes: Changes) {
  const { foundations, wishes, environment = 'prod', secrets = {}, isOwn = true } = changes;
  const text = smallManifest.replace('  prod:\n', `  ${environment}:\n`);
  const manifest = selectEnvironment(parseManifest(text), environment);
  const service = { ...manifest.services.get('web')!, cpu: changes.cpu ?? 256 };
  const definition = composeTaskDefinition({
    family: 'smartboard-prod-web',
    service,
    contract: infra,
    region,
    image: `registry/smartboard-web@${digest}`,
    environment: {},
    secrets,
  });
  const before = 'before' in changes ? changes.before && { ...running, ...changes.before } : running;
  const subject: ServiceSubject = { name: 'web', wanted: { service, infra, digest, definition }, before, isOwn };
  const observed = {
    services: new Map(),
    manifests: new Map([['web', '{}']]),
    current: { services: { web: recorded } },
  } as unknown as ObservedEnvironment;
  return judgeRelease(
    {
      manifest,
      contract,
      observed,
      services: [subject],
      cluster: undefined,
      desiredCount: undefined,
      force: false,
      ...wishes,
    },
    { ...sound, ...foundations },
  );
}

test('what is sound has neither findings nor warnings', () => {
  expect(judge({})).toEqual({ findings: [], warnings: [] });
});

const target = sound.targetGroups.kind === 'read' ? sound.targetGroups.value.get(targetGroup)! : undefined!;
const targets = (change: Partial<typeof target>): Partial<ServiceFoundations> => ({
  targetGroups: { kind: 'read', value: new Map([[targetGroup, { ...target, ...change }]]) },
});
const secret = arn('secretsmanager', 'secret:smartboard/app/jwt-AbCdEf');
const presence = (value: object): Partial<ServiceFoundations> => ({
  secrets: { kind: 'read', value: new Map([[secret, value]]) } as ServiceFoundations['secrets'],
});

test.each<[string, Changes, string, string]>([
  ['cluster absent', { foundations: { cluster: { kind: 'read', value: undefined } } }, 'E_STATE', 'is not there'],
  [
    'cluster being deleted',
    { foundations: { cluster: { kind: 'read', value: { status: 'DEPROVISIONING', capacityProviders: ['FARGATE'] } } } },
    'E_STATE',
    'The cluster smartboard-prod is DEPROVISIONING.',
  ],
  [
    'capacity not offered',
    { foundations: { cluster: { kind: 'read', value: { status: 'ACTIVE', capacityProviders: ['FARGATE_SPOT'] } } } },
    'E_STATE',
    'The cluster does not offer FARGATE.',
  ],
  ['another cluster asked for', { wishes: { cluster: 'other' } }, 'E_SCOPE', 'infra says smartboard-prod'],
  ['size unknown to Fargate', { cpu: 4096 }, 'E_STATE', 'Fargate has no tasks of 4096 CPU units with 512 MiB.'],
  ['service unknown to ECS', { before: undefined }, 'E_STATE', 'and the current release has it.'],
  ['service draining', { before: { status: 'DRAINING' } }, 'E_STATE', 'The ECS service is DRAINING.'],
  ['CodeDeploy', { before: { controller: 'CODE_DEPLOY' } }, 'E_STATE', 'is deployed by CODE_DEPLOY.'],
  ['external controller', { before: { controller: 'EXTERNAL' } }, 'E_STATE', 'is deployed by EXTERNAL.'],
  ['Express Mode', { before: { isExpress: true } }, 'E_STATE', 'Express Mode'],
  [
    'CloudFormation',
    { before: { tags: { 'aws:cloudformation:stack-name': 'web' } } },
    'E_STATE',
    'belongs to the CloudFormation stack web',
  ],
  ['scaled to nothing by hand', { before: { desired: 0 } }, 'E_STATE', 'set its desired count to 0'],
  ['nothing must stay healthy', { before: { minimumHealthyPercent: 0 } }, 'E_POLICY', 'minimumHealthyPercent is 0'],
  ['target group of instances', { foundations: targets({ targetType: 'instance' }) }, 'E_STATE', 'is of type instance'],
  ['target group unused', { foundations: targets({ loadBalancers: [] }) }, 'E_STATE', 'gets no requests'],
  ['target group elsewhere', { foundations: targets({ vpc: 'vpc-02' }) }, 'E_STATE', 'belongs to vpc-02'],
  [
    'secret scheduled for deletion',
    { secrets: { JWT: secret }, foundations: presence({ kind: 'being-deleted' }) },
    'E_CONFIG',
    'is scheduled for deletion',
  ],
  [
    'secret without a value',
    { secrets: { JWT: secret }, foundations: presence({ kind: 'empty' }) },
    'E_CONFIG',
    'the secret smartboard/app/jwt-AbCdEf has no value',
  ],
  [
    'secret of another region',
    { secrets: { JWT: secret.replace(region, 'us-east-1') } },
    'E_SCOPE',
    'JWT leads to the region us-east-1',
  ],
])('%s: stops', (_what, changes, code, message) => {
  const { findings, warnings } = judge(changes);
  expect(warnings).toEqual([]);
  expect(findings).toEqual([
    { code, message: expect.stringContaining(message), remedy: expect.any(String), place: expect.any(String) },
  ]);
});

test.each<[string, Changes, string]>([
  [
    'a staging environment whose rollouts may stop everything',
    { environment: 'staging', before: { minimumHealthyPercent: 0 } },
    'minimumHealthyPercent is 0',
  ],
  [
    'a target group that checks another path',
    { foundations: targets({ healthPath: '/' }) },
    'checks /, and the manifest',
  ],
  ['a target group of another port', { foundations: targets({ port: 80 }) }, "has port 80, and the service's is 3000"],
  ['a target group that checks another port', { foundations: targets({ healthPort: '9000' }) }, 'checks port 9000'],
  [
    'a key that could not be looked at',
    { secrets: { JWT: `${secret}:key::` }, foundations: presence({ kind: 'unread', why: 'AccessDeniedException' }) },
    'The JSON keys behind JWT could not be verified.',
  ],
  [
    'a secret that could not be looked at',
    { secrets: { JWT: secret }, foundations: presence({ kind: 'unknown', why: 'AccessDeniedException' }) },
    'One secret could not be verified: AccessDeniedException',
  ],
  [
    'a secret in another region behind a definition of others',
    { isOwn: false, secrets: { JWT: secret.replace(region, 'us-east-1') } },
    'JWT leads to the region us-east-1',
  ],
])('%s is a warning', (_what, changes, message) => {
  const { findings, warnings } = judge(changes);
  expect(findings).toEqual([]);
  expect(warnings.map((warning) => warning.message)).toEqual([expect.stringContaining(message)]);
});

test.each<[string, Changes]>([
  ['a service that was deleted (INACTIVE)', { before: { status: 'INACTIVE', desired: 0, tags: {} } }],
  ['a service that is missing, with force', { before: undefined, wishes: { force: true } }],
  ['a count that the release brings', { before: { desired: 0 }, wishes: { desiredCount: 2 } }],
  [
    "a network that is others' own matter",
    {
      isOwn: false,
      foundations: { subnets: { kind: 'read', value: new Map() }, ...targets({ targetType: 'instance' }) },
    },
  ],
  [
    'a pinned version of a secret, whose keys are not those of the current one',
    { secrets: { JWT: `${secret}:key:AWSPREVIOUS:` }, foundations: presence({ kind: 'present', keys: new Set() }) },
  ],
])('%s is fine', (_what, changes) => {
  expect(judge(changes)).toEqual({ findings: [], warnings: [] });
});

test('findings are told with place and remedy, in the log and as a table', () => {
  const verification = judge({
    before: { status: 'DRAINING' },
    foundations: { logGroups: { kind: 'unreadable', why: 'AccessDeniedException: not you' } },
  });
  expect(describeFindings(verification, 'sound')).toBe(
    [
      'Stands in the way',
      '  web: The ECS service is DRAINING. Wait until it is gone, then run the job again.',
      'Not certain',
      '  log groups: The log groups could not be verified: AccessDeniedException: not you. Allow logs:DescribeLogGroups to have this checked before the release.',
    ].join('\n'),
  );
  expect(summariseFindings(verification).split('\n').slice(0, 5)).toEqual([
    '### Verification',
    '',
    '|  | where | what | what to do |',
    '| --- | --- | --- | --- |',
    expect.stringMatching(/^\| stops \| web \| E\\?_STATE: The ECS service is DRAINING\. \|/),
  ]);
  expect(warningLine(verification)).toMatch(/^Not certain before the release: log groups: The log groups could not/);
});
