import { readFile, stat } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { configEnv } from '../src/main.ts';
import { removeExport } from '../src/post.ts';

let stage: Stage;
beforeEach(async () => void (stage = await openStage({ manifest: smallManifest })));
afterEach(() => stage.close());

const lists = {
  environment: '',
  'aws-region': 'eu-west-1',
  parameters: 'NODE_ENV=/smartboard/prod/node-env',
  secrets: 'JWT_SECRET,smartboard/app/jwt-secret\nDB_PASSWORD=smartboard/rds/credentials#password',
};
const resolve = (inputs: Record<string, string> = {}) => stage.run('config-env', configEnv, { ...lists, ...inputs });
const jwt = () => stage.cloud.secrets.valueFrom(stage.cloud.secrets.arnOf('smartboard/app/jwt-secret') ?? '');

test('two lists are resolved to complete ARNs without a manifest, and nothing is written', async () => {
  stage.forgetCalls();
  const run = await resolve();
  expect(run.error).toBeUndefined();
  const config = JSON.parse(await readFile(run.outputs['config'] ?? '', 'utf8'));
  expect(config.secrets).toEqual({
    NODE_ENV: 'arn:aws:ssm:eu-west-1:111122223333:parameter/smartboard/prod/node-env',
    JWT_SECRET: expect.stringMatching(/:secret:smartboard\/app\/jwt-secret-\w{6}$/),
    DB_PASSWORD: expect.stringMatching(/:secret:smartboard\/rds\/credentials-\w{6}:password::$/),
  });
  expect(stage.writes()).toEqual([]);
  expect(JSON.stringify(run)).not.toContain(jwt());
});

test('a parameter may be named by its ARN', async () => {
  const parameters = 'NODE_ENV=arn:aws:ssm:eu-west-1:111122223333:parameter/smartboard/prod/node-env';
  const run = await resolve({ parameters });
  expect(run.error).toBeUndefined();
  const config = JSON.parse(await readFile(run.outputs['config'] ?? '', 'utf8'));
  expect(config.secrets.NODE_ENV).toBe(parameters.slice('NODE_ENV='.length));
});

test('a dotenv file holds the values, is readable by this user only, and is gone after the job', async () => {
  const run = await resolve({ export: 'file' });
  const file = run.outputs['env-file'] ?? '';
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(parseEnv(await readFile(file, 'utf8'))).toMatchObject({ NODE_ENV: 'production', JWT_SECRET: jwt() });
  expect(run.masks).toContain(jwt());
  await stage.run('config-env', removeExport, {}, { state: run.state });
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('values reach the job only on request, masked before', async () => {
  const run = await resolve({ export: 'env' });
  expect(run.error).toBeUndefined();
  expect(run.jobEnvironment).toMatchObject({ NODE_ENV: 'production', JWT_SECRET: jwt() });
  expect(run.masks).toContain(jwt());
  expect((await resolve()).jobEnvironment).toEqual({});
});

/** A role that may hand on every value of a service, which the infrastructure's own role may not. */
function letRead(secret: string): unknown {
  const Resource = `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${secret}-??????`;
  const statement = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource };
  const PolicyDocument = { Version: '2012-10-17', Statement: [statement] };
  const properties = { PolicyName: 'export', PolicyDocument, Roles: ['smartboard-prod-deploy'] };
  return stage.cloud.provision([{ id: 'export', type: 'AWS::IAM::Policy', properties }]);
}

test("a service's variables are exported with its derived secrets", async () => {
  await letRead('smartboard/oidc/microsoft-client-secret');
  const inputs = { environment: 'prod', parameters: '', secrets: '', services: 'svc-auth', export: 'env' };
  const run = await resolve(inputs);
  expect(run.error).toBeUndefined();
  expect(run.jobEnvironment['DATABASE_URL_AUTH']).toMatch(/^postgresql:\/\/smartboard:/);
  expect((await resolve({ ...inputs, services: '' })).error).toMatchObject({ code: 'E_INPUT' });
});

const bad: readonly [title: string, inputs: Record<string, string>, code: string][] = [
  ['a path without a slash', { parameters: 'A=smartboard/prod/node-env' }, 'E_INPUT'],
  ['a path that climbs', { parameters: 'A=/app/../other' }, 'E_INPUT'],
  ['a path of 2,049 characters', { parameters: `A=/${'a'.repeat(2048)}` }, 'E_INPUT'],
  ['a parameter of another account', { parameters: 'A=arn:aws:ssm:eu-west-1:444455556666:parameter/x' }, 'E_SCOPE'],
  ['a parameter of another region', { parameters: 'A=arn:aws:ssm:us-east-1:111122223333:parameter/x' }, 'E_SCOPE'],
  ['an ARN of something else', { parameters: 'A=arn:aws:s3:::bucket/x' }, 'E_INPUT'],
  ['an ARN that climbs', { parameters: 'A=arn:aws:ssm:eu-west-1:111122223333:parameter/a/../b' }, 'E_INPUT'],
  ['a reference with a blank', { secrets: 'A=smartboard/app x' }, 'E_INPUT'],
  ['a name with a blank in it', { secrets: 'A B=x' }, 'E_INPUT'],
  ['an empty name', { secrets: '=smartboard/app/jwt-secret' }, 'E_INPUT'],
  ['a name in small letters', { secrets: 'jwt_secret=smartboard/app/jwt-secret' }, 'E_INPUT'],
  ['a look-alike in Cyrillic', { secrets: 'DЕV_BYPASS_AUTH=smartboard/app/jwt-secret' }, 'E_INPUT'],
  ['DYLD_INSERT_LIBRARIES', { secrets: 'DYLD_INSERT_LIBRARIES=x' }, 'E_POLICY'],
  ['the endpoint of credentials', { secrets: 'AWS_CONTAINER_CREDENTIALS_FULL_URI=x' }, 'E_POLICY'],
  ["ECS's own variables", { secrets: 'ECS_CONTAINER_METADATA_URI_V4=x' }, 'E_POLICY'],
  [
    'a secret of another account',
    { secrets: `A=arn:aws:secretsmanager:eu-west-1:444455556666:secret:x-AbCdEf` },
    'E_SCOPE',
  ],
  [
    'a secret of another region',
    { secrets: `A=arn:aws:secretsmanager:us-east-1:111122223333:secret:x-AbCdEf` },
    'E_SCOPE',
  ],
  ['one name from two places', { parameters: 'JWT_SECRET=/smartboard/prod/node-env' }, 'E_SCOPE'],
  ['a name with a digit in front', { secrets: '1ABC=x' }, 'E_INPUT'],
  ['no name at all', { secrets: 'smartboard/app/jwt-secret' }, 'E_INPUT'],
  ['a name of 300 characters', { secrets: `${'A'.repeat(300)}=x` }, 'E_INPUT'],
  ['__proto__', { secrets: '__proto__=x' }, 'E_INPUT'],
  ['constructor', { secrets: 'constructor=x' }, 'E_INPUT'],
  ['LD_PRELOAD', { secrets: 'LD_PRELOAD=x' }, 'E_POLICY'],
  ['DEV_BYPASS_AUTH', { secrets: 'DEV_BYPASS_AUTH=smartboard/app/jwt-secret' }, 'E_POLICY'],
  ['a key that holds nothing', { secrets: 'A=smartboard/rds/credentials#nothing' }, 'E_CONFIG'],
  ['two keys', { secrets: 'A=smartboard/rds/credentials#a#b' }, 'E_INPUT'],
  ['a secret that is not there', { secrets: 'A=smartboard/none' }, 'E_REMOTE'],
  ['an environment beside it', { environment: 'prod' }, 'E_INPUT'],
  ['no region', { 'aws-region': '' }, 'E_INPUT'],
  ['a word for export', { export: 'yes' }, 'E_INPUT'],
];

test.each(bad)('%s is refused, and nothing is written or handed on', async (_title, inputs, code) => {
  stage.forgetCalls();
  const run = await resolve(inputs);
  expect(stage.writes()).toEqual([]);
  expect(run.error).toMatchObject({ code });
  expect([run.outputs, run.jobEnvironment]).toEqual([{}, {}]);
});

const hostile = [
  'PATH',
  'NODE_OPTIONS',
  'BASH_ENV',
  'ENV',
  'IFS',
  'PYTHONPATH',
  'GIT_SSH_COMMAND',
  'GITHUB_ENV',
  'AWS_PROFILE',
];

test.each(hostile)('%s is not exported to the job', async (name) => {
  const run = await resolve({ secrets: `${name}=smartboard/app/jwt-secret`, export: 'env' });
  expect(run.error).toMatchObject({ code: 'E_POLICY' });
  expect(run.jobEnvironment).toEqual({});
});
