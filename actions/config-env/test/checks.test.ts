import { afterEach, expect, test } from '@jest/globals';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DeleteSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { inProcess } from '../../../rehearsal/in-process.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { configEnv } from '../src/main.ts';

let stage: Stage;
afterEach(() => stage.close());

const root = { accessKeyId: 'simulator', secretAccessKey: 'simulator' };

async function putSecret(name: string, value: string): Promise<void> {
  const client = new SecretsManagerClient({
    region: 'eu-west-1',
    credentials: root,
    requestHandler: inProcess(stage.cloud),
  });
  await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: value }));
}

async function open(manifest = smallManifest): Promise<void> {
  stage = await openStage({ manifest });
}

const jwt = 'smartboard/app/jwt-secret';
const credentials = 'smartboard/rds/credentials';

/** Values that must be refused, with the rule that the message names. */
const badValues: readonly [title: string, secret: string, value: string, rule: RegExp][] = [
  ['31 characters', jwt, 'abcdefghijklmnopqrstuvwxyz01234', /shorter than 32 characters/],
  ['16 emoji, which are 32 UTF-16 units', jwt, '🔑🔒🔓🗝🛡⚙🔧🔨🪛🧰🧲🪜🧪🔬🔭📡', /shorter than 32 characters/],
  ['a line break at the end', jwt, `${'k3Y'.repeat(12)}\n`, /ends with a line break/],
  ['a NUL character', jwt, `${'k3Y'.repeat(12)}\0x`, /NUL/],
  ['one character 32 times', jwt, 'a'.repeat(32), /placeholder/],
  ['a placeholder', credentials, '{"username":"smartboard","password":"changeme"}', /placeholder/],
  ['no such key', credentials, '{"username":"smartboard"}', /no key password/],
  ['null for a key', credentials, '{"username":"smartboard","password":null}', /holds no text/],
  ['a list for a key', credentials, '{"username":"smartboard","password":["x"]}', /holds no text/],
  ['a key twice', credentials, '{"username":"smartboard","password":"one-1","password":"two-2"}', /holds a key twice/],
  [
    'a key twice, once escaped',
    credentials,
    '{"username":"smartboard","password":"one-1","\\u0070assword":"two-2"}',
    /a key twice/,
  ],
  [
    '__proto__ as a key',
    credentials,
    '{"username":"smartboard","password":"p1-xyz","__proto__":{"a":1}}',
    /treats specially/,
  ],
  ['no JSON', credentials, 'postgres://smartboard:hunter2@db', /no JSON object/],
  [
    'DEV_BYPASS_AUTH as a key',
    credentials,
    '{"username":"smartboard","password":"p1-xyz","dev_bypass_auth":"false"}',
    /DEV_BYPASS_AUTH/,
  ],
  [
    'DEV_BYPASS_AUTH in full width',
    credentials,
    '{"username":"s","password":"p1-xyz","ＤＥＶ_BYPASS_AUTH":"1"}',
    /DEV_BYPASS_AUTH/,
  ],
];

test.each(badValues)(
  'refuses a secret with %s, writes nothing and does not repeat it',
  async (_title, secret, value, rule) => {
    await open();
    await putSecret(secret, value);
    stage.forgetCalls();
    const run = await stage.run('config-env', configEnv, {});
    expect(run.error?.message).toMatch(rule);
    expect(run.error?.message).toMatch(/slipway\.yml:\d+:\d+/);
    expect(run.error?.message).not.toContain(value.slice(0, 12));
    expect(run.outputs).toEqual({});
    expect(stage.writes()).toEqual([]);
  },
);

test('names everything that is missing in one report', async () => {
  stage = await openStage({
    manifest: smallManifest,
    missingSecrets: [jwt, 'smartboard/oidc/microsoft-client-secret'],
  });
  stage.forgetCalls();
  const run = await stage.run('config-env', configEnv, {});
  expect(run.error?.message).toContain(`There is no secret ${jwt}`);
  expect(run.error?.message).toContain('There is no secret smartboard/oidc/microsoft-client-secret');
  expect(stage.writes()).toEqual([]);
});

test('names a missing parameter', async () => {
  await open(
    smallManifest.replace(
      '{ parameter: "/smartboard/{environment}/node-env" }',
      '{ parameter: "/smartboard/prod/absent" }',
    ),
  );
  const run = await stage.run('config-env', configEnv, {});
  expect(run.error).toMatchObject({
    code: 'E_REMOTE',
    message: expect.stringContaining('no parameter /smartboard/prod/absent'),
  });
});

test('refuses a parameter whose name amounts to DEV_BYPASS_AUTH', async () => {
  const name = '/smartboard/prod/dev_bypass_auth';
  await open(smallManifest.replace('{ parameter: "/smartboard/{environment}/node-env" }', `{ parameter: "${name}" }`));
  const client = new SSMClient({ region: 'eu-west-1', credentials: root, requestHandler: inProcess(stage.cloud) });
  await client.send(new PutParameterCommand({ Name: name, Value: 'false', Type: 'String' }));
  const run = await stage.run('config-env', configEnv, {});
  expect(run.error).toMatchObject({ code: 'E_POLICY' });
});

test('says how to bring back a secret that is being deleted', async () => {
  await open();
  const client = new SecretsManagerClient({
    region: 'eu-west-1',
    credentials: root,
    requestHandler: inProcess(stage.cloud),
  });
  await client.send(new DeleteSecretCommand({ SecretId: jwt }));
  const run = await stage.run('config-env', configEnv, {});
  expect(run.error?.remedy).toContain('restore-secret');
});

test('refuses a contract of a rehearsal when AWS is no stand-in', async () => {
  await open();
  const { checkNotSimulated } = await import('../src/plan.ts');
  const contract = { notSimulated: ['cache'] } as never;
  expect(() => checkNotSimulated(contract, { rehearsal: false })).toThrow('cache is not there');
  expect(() => checkNotSimulated(contract, { rehearsal: true })).not.toThrow();
});

const badInputs: readonly [title: string, inputs: Record<string, string>][] = [
  ['a service that is not in the manifest', { services: 'svc-auht' }],
  ['a service named twice', { services: 'web,web' }],
  ['check-values that is no boolean', { 'check-values': 'yes' }],
  ['an environment that is not there', { environment: 'staging' }],
  ['another region', { 'aws-region': 'us-east-1' }],
  ["another account's role", { 'role-to-assume': 'arn:aws:iam::444455556666:role/x' }],
];

test.each(badInputs)('makes no call that changes anything after %s', async (_title, inputs) => {
  await open();
  stage.forgetCalls();
  const run = await stage.run('config-env', configEnv, inputs);
  expect(run.error?.code).toMatch(/^E_(INPUT|SCOPE)$/);
  expect(run.outputs).toEqual({});
  expect(stage.writes()).toEqual([]);
});
