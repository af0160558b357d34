// Every line is one promise: what `infra/` synthesises can be deployed, and the actions understand what it publishes.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ECRClient, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { paginateGetParametersByPath, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { parseContract } from '../../../build/lib/core/contract.js';
import { parseManifest } from '../../../build/lib/core/manifest/parse.js';
import { selectEnvironment } from '../../../build/lib/core/manifest/select.js';
import { stackName, stackParts } from '../../../build/lib/core/names.js';
import { synthesise } from '../synthesise.mjs';
import { startEmulator } from './emulator.mjs';
import { createStack, deleteStack } from './stacks.mjs';

const example = 'examples/smartboard/slipway.yml';
const manifest = selectEnvironment(parseManifest(readFileSync(example, 'utf8')), 'prod');
const { account, region } = manifest.environment;
const names = stackParts.map((part) => stackName(manifest.application, 'prod', part));
const problems = [];
const expect = (holds, what, why = '') => {
  console.log(`${holds ? 'ok    ' : 'FAILED'}  ${what}${holds || why === '' ? '' : `\n        ${why}`}`);
  if (!holds) problems.push(what);
};

const started = performance.now();
const secondsSince = (start) => (performance.now() - start) / 1000;
const folder = mkdtempSync(join(tmpdir(), 'slipway-ministack-'));
const emulator = await startEmulator(process.argv[2], { account, region });
const client = { region, endpoint: emulator.url, credentials: { accessKeyId: account, secretAccessKey: 'ministack' } };
const cloudformation = new CloudFormationClient(client);
const ssm = new SSMClient(client);
const secrets = new SecretsManagerClient(client);
try {
  synthesiseExample();
  await deploy();
  await readContract();
  await lookAtSecrets();
  await destroy();
  const seconds = secondsSince(started);
  expect(seconds <= 60, `all of it in ${seconds.toFixed(1)} s, at most 60`);
} finally {
  await emulator.end();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = problems.length === 0 ? 0 : 1;

function synthesiseExample() {
  const start = performance.now();
  const given = { hash: 'from-ministack', emulator: 'ministack' };
  const { status, stderr } = synthesise(example, folder, given);
  expect(status === 0, `the app is synthesised in ${secondsSince(start).toFixed(1)} s`, stderr);
}

async function deploy() {
  // What CDK's own templates ask of an account; no stack uses it.
  const bootstrapped = { Name: '/cdk-bootstrap/hnb659fds/version', Type: 'String', Value: '30' };
  await ssm.send(new PutParameterCommand(bootstrapped));
  for (const name of names) {
    const start = performance.now();
    const template = readFileSync(join(folder, `${name}.template.json`), 'utf8');
    const { status, why } = await createStack(cloudformation, name, JSON.stringify(JSON.parse(template)));
    const types = Object.values(JSON.parse(template).Resources).map(({ Type }) => Type);
    const leftOut = types.filter((type) => type === 'AWS::CloudFormation::WaitConditionHandle').length;
    const made = `${types.length - leftOut} of ${types.length} resources`;
    const line = `${name}: ${status}, ${made} in ${secondsSince(start).toFixed(1)} s`;
    expect(status === 'CREATE_COMPLETE', line, why.join('\n        '));
  }
}

async function readContract() {
  const parameters = new Map();
  // MiniStack finds nothing below a path that ends in a slash.
  const Path = `/${manifest.application}/prod/infra`;
  for await (const page of paginateGetParametersByPath({ client: ssm }, { Path, Recursive: true })) {
    for (const { Name, Value } of page.Parameters) parameters.set(Name.slice(Path.length + 1), Value);
  }
  try {
    const contract = parseContract(parameters);
    expect(true, `the actions read the contract, ${parameters.size} parameters`);
    const services = [...manifest.services.keys()];
    expect(
      services.every((name) => contract.services.has(name)),
      'it has every service of the manifest',
    );
    expect(contract.database?.secret === manifest.database.secret, 'it names the secret of the database');
  } catch (error) {
    expect(false, 'the actions read the contract', error.message);
  }
  expect(JSON.parse(parameters.get('hash') ?? '{}').hash === 'from-ministack', 'the last stack published the hash');
}

async function lookAtSecrets() {
  const credentials = JSON.parse(await valueOf(manifest.database.secret));
  const keys = ['username', 'password', 'host', 'port', 'dbname'];
  expect(
    keys.every((key) => `${credentials[key] ?? ''}` !== ''),
    `the database's secret has ${keys.join(', ')}`,
  );
  expect(/^[A-Za-z0-9]{64}$/.test(await valueOf(manifest.cache.secret)), "the cache's token is 64 letters and digits");
  const left = [...manifest.secrets.values()].filter(({ generate }) => !generate);
  for (const { name } of left) {
    // AWS makes no version at all; MiniStack one of nothing.
    const value = await valueOf(name).catch(() => '');
    expect(value === '', `${name} is there, and has no value until someone puts one in`);
  }
}

async function valueOf(secret) {
  return (await secrets.send(new GetSecretValueCommand({ SecretId: secret }))).SecretString;
}

async function destroy() {
  for (const name of names.toReversed()) {
    const { status, why } = await deleteStack(cloudformation, name);
    expect(status === 'DELETE_COMPLETE', `${name}: ${status}`, why.join('\n        '));
  }
  const { Buckets } = await new S3Client({ ...client, forcePathStyle: true }).send(new ListBucketsCommand());
  const buckets = new Set(Buckets.map(({ Name }) => Name));
  expect(
    [...manifest.storage.values()].every(({ bucket }) => buckets.has(bucket)),
    'buckets outlive their stack',
  );
  const { repositories } = await new ECRClient(client).send(new DescribeRepositoriesCommand());
  expect(repositories.length === manifest.services.size, 'repositories outlive their stack');
  const { Name } = await secrets.send(new DescribeSecretCommand({ SecretId: manifest.database.secret }));
  expect(Name === manifest.database.secret, 'secrets outlive their stack');
}
