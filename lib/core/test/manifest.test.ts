import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseManifest } from '../manifest/parse.ts';
import { selectEnvironment } from '../manifest/select.ts';
import { manifestText, withVariable } from './manifest-text.ts';
import { refusalOf } from './refusal.ts';

const example = readFileSync(new URL('../../../examples/smartboard/slipway.yml', import.meta.url), 'utf8');

test('a service that says nothing gets every default', () => {
  expect(parseManifest(manifestText()).services.get('web')).toEqual({
    name: 'web',
    build: {
      context: '.',
      dockerfile: 'Dockerfile',
      target: undefined,
      args: new Map(),
      secrets: [],
      platforms: ['linux/amd64'],
      written: new Set(),
    },
    port: 3000,
    ingress: undefined,
    cpu: 256,
    memory: 512,
    sizeIsWritten: false,
    desiredCount: 1,
    scaling: undefined,
    spot: false,
    healthCheck: {
      path: '/health/ready',
      command: undefined,
      intervalSeconds: 30,
      timeoutSeconds: 5,
      retries: 3,
      startPeriodSeconds: 30,
    },
    after: [],
    storage: new Map(),
    migrations: [],
    environment: new Map(),
  });
});

test('an environment that says nothing gets every default', () => {
  const { environments, storage } = parseManifest(manifestText({ top: 'storage: { files: { bucket: abc } }' }));
  expect(environments.get('prod')).toEqual({
    name: 'prod',
    account: '111122223333',
    region: 'eu-west-1',
    availabilityZones: [],
    domain: undefined,
    certificate: undefined,
    hostedZone: undefined,
    github: undefined,
    infra: undefined,
    network: { cidr: '10.0.0.0/16' },
    nat: 'per-az',
    endpoints: false,
    flowLogs: true,
    encryption: 'aws',
    protection: true,
    logRetentionDays: 30,
    alarms: { enabled: true, emails: [] },
    firewall: { countRules: [], requestsPer5Minutes: 2000 },
    loadBalancer: { idleTimeoutSeconds: 300 },
    databaseSize: undefined,
    cacheSize: undefined,
  });
  expect(storage.get('files')?.archive).toEqual({ class: 'glacier-ir', afterDays: 90 });
});

test('an environment may say all of it, and that there is no firewall and no archive', () => {
  const environment = `github: { repository: a/b, provider: "arn:aws:iam::111122223333:oidc-provider/x", workflows: [a/b/.github/workflows/c.yml@refs/tags/v1] }
network: { cidr: 172.31.16.0/20 }
endpoints: true
flow-logs: false
encryption: cmk
protection: false
log-retention-days: 365
alarms: { enabled: false, email: [ops@example.com] }
firewall: none
load-balancer: { idle-timeout-seconds: 60 }`;
  const top = 'storage: { files: { bucket: abc, archive: none }, old: { bucket: abd, archive: { class: glacier } } }';
  const manifest = parseManifest(manifestText({ environment, top }));
  expect(manifest.environments.get('prod')).toMatchObject({
    github: {
      provider: 'arn:aws:iam::111122223333:oidc-provider/x',
      workflows: ['a/b/.github/workflows/c.yml@refs/tags/v1'],
    },
    network: { cidr: '172.31.16.0/20' },
    endpoints: true,
    flowLogs: false,
    encryption: 'cmk',
    protection: false,
    logRetentionDays: 365,
    alarms: { enabled: false, emails: ['ops@example.com'] },
    firewall: undefined,
    loadBalancer: { idleTimeoutSeconds: 60 },
  });
  expect([...manifest.storage.values()].map(({ archive }) => archive)).toEqual([
    { class: 'none', afterDays: 0 },
    { class: 'glacier', afterDays: 90 },
  ]);
});

test('defaults of the manifest come before those of Slipway, and a service before both', () => {
  const top =
    'defaults: { cpu: 512, memory: 1024, spot: true, health-check: { retries: 5 }, environment: { A: "1", B: "1" } }';
  const service = 'memory: 2048\nhealth-check: { timeout-seconds: 9 }\nenvironment: { B: "2" }';
  const web = parseManifest(manifestText({ top, service })).services.get('web');
  expect(web).toMatchObject({ cpu: 512, memory: 2048, spot: true, healthCheck: { retries: 5, timeoutSeconds: 9 } });
  expect([...(web?.environment ?? [])].map(([name, { place }]) => [name, place])).toEqual([
    ['A', 'slipway.yml:13:97'],
    ['B', 'slipway.yml:12:23'],
  ]);
});

describe('accepted', () => {
  test.each([
    ['Windows line ends', manifestText().replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${manifestText()}`],
    ['no line end at the end', manifestText().trimEnd()],
    ['a document marker', `---\n${manifestText()}`],
    [
      'JSON',
      JSON.stringify({
        version: 1,
        application: 'shop',
        environments: { prod: { account: '111122223333', region: 'eu-west-1' } },
        services: { web: { port: 3000 } },
      }),
    ],
    ['bytes', Buffer.from(manifestText())],
  ])('%s: the same manifest', (_, contents) => {
    expect(parseManifest(contents)).toEqual(parseManifest(manifestText()));
  });

  test.each([
    ['two services on one port', manifestText({ services: 'api: { port: 3000 }' })],
    [
      'a build in a folder',
      manifestText({ service: 'build: { context: ./a/, dockerfile: a/b.Dockerfile, target: run }' }),
    ],
    ['NODE_OPTIONS for a container', withVariable('NODE_OPTIONS: --enable-source-maps')],
    ['the region of the environment', withVariable('AWS_REGION: eu-west-1')],
    ['a name that only sounds secret', withVariable('TOKEN_TTL_SECONDS: "3600"')],
    [
      'an ARN of this environment',
      withVariable('A: { secret: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf" }'),
    ],
    ['a client id', withVariable('CLIENT_ID: 6f1c2a34-9b8d-4e7f-8a6b-1c2d3e4f5a6b')],
    ['200 services', manifestText({ services: Array.from({ length: 199 }, (_, index) => `s${index}: {}`).join('\n') })],
    [
      'a word in an argument that needs quotes elsewhere',
      manifestText({ service: 'migrate: { command: [node, "on"] }' }),
    ],
  ])('%s', (_, contents) => {
    expect(refusalOf(contents)).toEqual([]);
  });
});

test('migrations are a list even when there is one, with the command as it was written', () => {
  const command = '["pnpm","--filter","@smartboard/svc-auth","db:migrate"]';
  const { services } = parseManifest(manifestText({ service: `migrate: { command: ${command}, schema: auth }` }));
  expect(services.get('web')?.migrations).toEqual([
    {
      phase: 'expand',
      command: ['pnpm', '--filter', '@smartboard/svc-auth', 'db:migrate'],
      timeoutMinutes: 15,
      schema: 'auth',
      environment: new Map(),
    },
  ]);
});

test('a template is cut into text and values, with double braces as braces', () => {
  const source = 'A: { template: "{{{x}}}?{environment}", with: { x: { secret: "{application}/x", key: k } } }';
  const variable = selectEnvironment(parseManifest(withVariable(source)), 'prod')
    .services.get('web')
    ?.environment.get('A');
  expect(variable).toMatchObject({
    pieces: [
      { kind: 'text', text: '{' },
      { kind: 'secret', secret: 'shop/x', key: 'k' },
      { kind: 'text', text: '}?' },
      { kind: 'infra', name: 'environment' },
    ],
  });
});

test('the length that a declared secret has at least holds for every variable that reads it', () => {
  const { services } = parseManifest(withVariable('A: { secret: a }', { top: 'secrets: { a: { min-length: 32 } }' }));
  expect(services.get('web')?.environment.get('A')).toMatchObject({ minLength: 32 });
});

test('an environment that is not there is refused with the ones that are', () => {
  expect(() => selectEnvironment(parseManifest(manifestText()), 'pord')).toThrow(
    expect.objectContaining({ code: 'E_INPUT', remedy: expect.stringContaining('Did you mean "prod"?') }),
  );
});

test('a variable that fits one environment is refused in the other', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf';
  const manifest = parseManifest(
    withVariable(`A: { secret: "${arn}" }`).replace(
      'services:',
      '  test: { account: "999999999999", region: eu-west-1 }\nservices:',
    ),
  );
  expect(selectEnvironment(manifest, 'prod').environment.account).toBe('111122223333');
  expect(() => selectEnvironment(manifest, 'test')).toThrow(
    expect.objectContaining({ code: 'E_SCOPE', place: 'slipway.yml:12:7' }),
  );
});

describe('Smartboard', () => {
  const manifest = selectEnvironment(parseManifest(example), 'prod');

  test('has the nine services of its Compose file, with their ports', () => {
    expect(Object.fromEntries([...manifest.services].map(([name, { port }]) => [name, port]))).toEqual({
      'svc-auth': 4010,
      'svc-tenants': 4020,
      'svc-datasets': 4030,
      'svc-analytics': 4040,
      'svc-dashboards': 4050,
      'svc-realtime': 4060,
      worker: 4070,
      gateway: 4000,
      web: 3000,
    });
  });

  test('migrates five schemas in order', () => {
    expect([...manifest.services.values()].flatMap(({ migrations }) => migrations.map(({ schema }) => schema))).toEqual(
      ['auth', 'tenants', 'datasets', 'analytics', 'dashboards'],
    );
  });

  test('takes every variable from where it belongs', () => {
    const gateway = manifest.services.get('gateway')?.environment;
    expect(gateway?.get('AUTH_BASE_URL')).toMatchObject({ kind: 'service', service: 'svc-auth' });
    expect(gateway?.get('JWT_SECRET')).toMatchObject({ secret: 'smartboard/app/jwt-secret', minLength: 32 });
    expect(gateway?.get('NODE_ENV')).toMatchObject({ parameter: '/smartboard/prod/node-env' });
    expect(manifest.storage.get('datasets')?.bucket).toBe('smartboard-datasets-prod');
    expect([...manifest.parameters.keys()]).toContain('/smartboard/prod/microsoft-tenant-id');
    expect(manifest.services.get('worker')).toMatchObject({ spot: true, storage: new Map([['datasets', ['get']]]) });
  });
});
