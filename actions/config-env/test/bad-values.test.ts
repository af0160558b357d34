import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { putParameter } from '../../../lib/aws/ssm.ts';
import { inProcess } from '../../../rehearsal/in-process.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import type { FaultRule } from '../../../simulator/faults.ts';
import { configEnv } from '../src/main.ts';

let stage: Stage;
afterEach(() => stage.close());

/** One run after `prepare`: which must write nothing and hand nothing on. */
async function refused(manifest: string, prepare: () => Promise<unknown> = async () => undefined) {
  stage = await openStage({ manifest: smallManifest });
  await writeFile(join(stage.directory, 'slipway.yml'), manifest);
  await prepare();
  stage.forgetCalls();
  const run = await stage.run('config-env', configEnv, {});
  expect([run.outputs, stage.writes()]).toEqual([{}, []]);
  return run.error;
}

const credentials = 'smartboard/rds/credentials';
const password = (value: string) => `{"username":"smartboard","password":${value}}`;
const long = 'kZ3'.repeat(20_000);

const badValues: readonly [title: string, name: string, value: string, rule: RegExp][] = [
  ['half of a surrogate pair', credentials, password('"\\ud800abcdefgh"'), /not well-formed/],
  ['the other half', credentials, password('"abcdefgh\\udfff"'), /not well-formed/],
  ['a NUL, escaped', credentials, password('"abc\\u0000defgh"'), /NUL/],
  ['a line break, escaped', credentials, password('"abcdefgh\\n"'), /line break/],
  ['an object', credentials, password('{"a":"b"}'), /holds no text/],
  ['an empty text', credentials, password('""'), /is empty/],
  ['blanks around it', credentials, password('" abcdefgh "'), /blank/],
  ['`password1`', credentials, password('"password1"'), /placeholder/],
  ['more than 48 KB', credentials, password(`"${long}"`), /48 KB/],
  ['a key that every object has', credentials, '{"username":"smartboard","constructor":"x"}', /treats specially/],
  ['no JSON but a number', credentials, '42', /no JSON object/],
  ['nothing but blanks', 'smartboard/app/jwt-secret', ' '.repeat(40), /blank|empty/],
];

test.each(badValues)('a secret with %s is refused, and is not repeated', async (_title, name, value, rule) => {
  const error = await refused(smallManifest, () => stage.byHand.putSecret(name, value));
  expect(error).toMatchObject({ code: 'E_CONFIG', message: expect.stringMatching(rule) });
  expect(error?.message).not.toContain('abcdefgh');
});

const variable = (line: string) => smallManifest.replace('      PORT: "4010"', `      PORT: "4010"\n      ${line}`);

const badManifests: readonly [title: string, line: string, code: RegExp][] = [
  ['DEV_BYPASS_AUTH', 'DEV_BYPASS_AUTH: "1"', /E_POLICY|E_MANIFEST/],
  ['it in small letters and false', 'dev_bypass_auth: "false"', /E_POLICY|E_MANIFEST/],
  ['it in full width', 'ＤＥＶ_BYPASS_AUTH: "1"', /E_POLICY|E_MANIFEST/],
  ['LD_PRELOAD', 'LD_PRELOAD: /tmp/x.so', /E_POLICY|E_MANIFEST/],
  ['AWS_SECRET_ACCESS_KEY', 'AWS_SECRET_ACCESS_KEY: { secret: smartboard/app/jwt-secret }', /E_POLICY|E_MANIFEST/],
  ['a name with `=`', '"A=B": x', /E_MANIFEST/],
  ['a name with a line break', '"A\\nB": x', /E_MANIFEST/],
  ['__proto__', '__proto__: x', /E_MANIFEST/],
  ['a path without a slash in front', 'X: { parameter: smartboard/prod/node-env }', /E_MANIFEST/],
  ['a path that climbs', 'X: { parameter: /smartboard/../other }', /E_MANIFEST/],
];

test.each(badManifests)('a manifest with %s is refused before anything is asked', async (_title, line, code) => {
  const error = await refused(variable(line));
  expect(error?.code).toMatch(code);
  expect(stage.calls.map(({ operation }) => operation)).not.toContain('AssumeRoleWithWebIdentity');
});

const database = { host: 'db.internal', port: 5432, name: 'smartboard', secret: credentials, sslmode: 'require' };

const badContracts: readonly [title: string, change: object][] = [
  ['a blank in the host', { host: 'db internal' }],
  ['a slash in the host', { host: 'db/internal' }],
  ['a user in the host', { host: 'a@db' }],
  ['an IPv6 address without brackets', { host: '2001:db8::1' }],
  ['port 0', { port: 0 }],
  ['port 65536', { port: 65_536 }],
  ['a port with more behind it', { port: '5432;' }],
];

test.each(badContracts)('infra that publishes %s is refused', async (_title, change) => {
  const value = JSON.stringify({ ...database, ...change });
  const error = await refused(smallManifest, () =>
    putParameter(stage.aws, { name: '/smartboard/prod/infra/database', value, overwrite: true }),
  );
  expect(error?.code).toMatch(/^E_(CONFIG|STATE)$/);
});

test('an IPv6 address in brackets is a host', async () => {
  stage = await openStage({ manifest: smallManifest });
  const value = JSON.stringify({ ...database, host: '[2001:db8::1]' });
  await putParameter(stage.aws, { name: '/smartboard/prod/infra/database', value, overwrite: true });
  const run = await stage.run('config-env', configEnv, {});
  expect(run.error).toBeUndefined();
});

test('all variables of a service together must not be larger than 128 KB', async () => {
  const lines = [0, 1, 2, 3].map((at) => `TEXT_${at}: { template: "{database.password}/${at}" }`);
  const large = password(`"${long.slice(0, 40_000)}"`);
  const error = await refused(variable(lines.join('\n      ')), () => stage.byHand.putSecret(credentials, large));
  expect(error).toMatchObject({ code: 'E_CONFIG', message: expect.stringContaining('128 KB') });
});

test('what a shell would expand stays as it is', async () => {
  stage = await openStage({ manifest: variable(`TEXT: '$HOME \`id\` %PATH% !x'`) });
  const run = await stage.run('config-env', configEnv, {});
  expect(run.error).toBeUndefined();
  const config = JSON.parse(await readFile(run.outputs['config'] ?? '', 'utf8'));
  expect(config.services['svc-auth'].environment.TEXT).toBe('$HOME `id` %PATH% !x');
});

test('a secret of three characters is not masked, since every log would be blanked, but its URL is', async () => {
  stage = await openStage({ manifest: smallManifest });
  await stage.byHand.putSecret(credentials, password('"a#b"'));
  const { masks, error } = await stage.run('config-env', configEnv, {});
  expect(error).toBeUndefined();
  expect([...masks].filter((mask) => mask.length < 4)).toEqual([]);
  expect([...masks].some((mask) => mask.startsWith('postgresql://smartboard:a%23b@'))).toBe(true);
});

test('a version that a rotation has only prepared (AWSPENDING) is not used', async () => {
  stage = await openStage({ manifest: smallManifest });
  const rights = { accessKeyId: 'simulator', secretAccessKey: 'simulator' };
  const client = new SecretsManagerClient({
    region: 'eu-west-1',
    credentials: rights,
    requestHandler: inProcess(stage.cloud),
  });
  const pending = { SecretString: password('"p3nding-one"'), VersionStages: ['AWSPENDING'] };
  await client.send(new PutSecretValueCommand({ SecretId: credentials, ...pending }));
  const run = await stage.run('config-env', configEnv, {});
  const config = JSON.parse(await readFile(run.outputs['config'] ?? '', 'utf8'));
  const url = stage.cloud.secrets.valueFrom(config.services['svc-auth'].secrets.DATABASE_URL_AUTH);
  expect(url).not.toContain('p3nding');
});

const remote: readonly [title: string, rule: FaultRule][] = [
  [
    'KMS says no',
    {
      operation: 'secretsmanager:BatchGetSecretValue',
      kind: 'error',
      code: 'AccessDeniedException',
      message: 'Access to KMS is not allowed',
    },
  ],
  ['SSM says no', { operation: 'ssm:GetParameters', kind: 'error', code: 'AccessDeniedException' }],
  ['Secrets Manager is away', { operation: 'secretsmanager:*', kind: 'server-error' }],
];

test.each(remote)('when %s, the step ends with what was asked, and writes nothing', async (_title, rule) => {
  const error = await refused(smallManifest, async () => stage.setFaults([rule]));
  expect(error).toMatchObject({ code: 'E_REMOTE' });
});
