// Every line is one promise: the URL that config-env composes opens a real server, whatever the password is made of.
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import pg from 'pg';
import { parseManifest } from '../../build/lib/core/manifest/parse.js';
import { selectEnvironment } from '../../build/lib/core/manifest/select.js';
import { provisionInfrastructure } from '../../build/rehearsal/infra/index.js';
import { runAction } from '../../build/rehearsal/runner/run-action.js';
import { simulateAws } from '../../build/simulator/aws.js';
import { scaledClock } from '../../build/simulator/clock.js';
import { startServer } from './server.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = join(root, 'examples/smartboard');
const schemas = {
  'svc-auth': 'auth',
  'svc-tenants': 'tenants',
  'svc-datasets': 'datasets',
  'svc-analytics': 'analytics',
  'svc-dashboards': 'dashboards',
};
const hostile = `p%2F!'()*&=+ ?#[]@:/\\"$\`{}|^<>~ß漢🔑;,-_.x`;
const problems = [];
const expect = (holds, what) => {
  console.log(`${holds ? 'ok    ' : 'FAILED'}  ${what}`);
  if (!holds) problems.push(what);
};

const directory = mkdtempSync(join(tmpdir(), 'slipway-postgres-'));
const user = { name: 'smartboard', password: hostile };
const server = await startServer(process.argv[2], directory, { user: user.name, password: hostile });
const certificate = join(directory, 'authority.crt');
copyFileSync(server.certificate, certificate);
const cloud = simulateAws({ clock: scaledClock(1) });
try {
  await checkAll(await openAccount());
} finally {
  await cloud.close();
  await server.end();
  rmSync(directory, { recursive: true, force: true });
}
process.exitCode = problems.length === 0 ? 0 : 1;

async function checkAll(account) {
  await account.keep(user);
  await account.publish('require');
  await onServer('create database smartboard', 'postgres');

  const first = await account.configure();
  expect(first.status === 0, `config-env composes its URLs${first.status === 0 ? '' : `\n${first.log}`}`);
  expect(!first.log.includes(hostile), 'and says none of them');
  for (const [service, schema] of Object.entries(schemas)) {
    const run = await migrate(service, first.url(service));
    expect(run.code === 0 && run.log.includes('applied'), `${service} migrates schema ${schema}${why(run)}`);
    const again = await migrate(service, first.url(service));
    expect(again.code === 0 && again.log.includes('nothing to do'), 'and has nothing to do the second time');
  }
  const { rows } = await onServer('select distinct table_schema from information_schema.tables');
  const found = new Set(rows.map(({ table_schema: name }) => name));
  expect(
    Object.values(schemas).every((name) => found.has(name)),
    'each schema has tables of its own',
  );

  const plain = await migrate('svc-auth', first.url('svc-auth').replace('sslmode=require', 'sslmode=disable'));
  expect(plain.code === 1 && plain.log.includes('no encryption'), 'the server lets nobody in without encryption');

  const rotated = { ...user, password: `${hostile}%zz-n3w` };
  await onServer(`alter user smartboard password ${pg.escapeLiteral(rotated.password)}`);
  const old = await migrate('svc-auth', first.url('svc-auth'));
  expect(old.code === 1 && old.log.includes('authentication failed'), 'after a rotation the old URL is refused');
  user.password = rotated.password;
  await account.keep(rotated);
  const second = await account.configure();
  const refreshed = await migrate('svc-auth', second.url('svc-auth'));
  expect(refreshed.code === 0, `and the refreshed one opens${why(refreshed)}`);
  expect(second.arn('svc-auth') === first.arn('svc-auth'), 'under the same name');

  await account.publish('verify-full');
  const third = await account.configure();
  expect(third.arn('svc-auth') !== second.arn('svc-auth'), 'another sslmode is another secret');
  const trusting = await migrate('svc-auth', third.url('svc-auth'), { NODE_EXTRA_CA_CERTS: certificate });
  expect(trusting.code === 0, `verify-full opens with the authority's certificate${why(trusting)}`);
  const doubting = await migrate('svc-auth', third.url('svc-auth'));
  expect(doubting.code === 1, 'and not without it');
  const said = [plain, old, refreshed, doubting].map(({ log }) => log).join('\n');
  expect(!said.includes(hostile.slice(0, 12)), 'no password stands in what a migration says');
}

/** The example's account in the simulated AWS, and its config-env as the runner starts it. */
async function openAccount() {
  const manifest = selectEnvironment(parseManifest(readFileSync(join(example, 'slipway.yml'), 'utf8')), 'prod');
  const infra = await provisionInfrastructure({ provision: (resources) => cloud.provision(resources) }, manifest, {
    repository: 'example/smartboard',
    driver: 'model',
    missingSecrets: [],
  });
  cloud.describeJob({ repository: 'example/smartboard', environment: 'prod', ref: 'refs/heads/main' });
  const { url } = await cloud.listen({ port: 0 });
  const credentials = { accessKeyId: 'simulator', secretAccessKey: 'simulator' };
  const configuration = { region: 'eu-west-1', endpoint: url, credentials };
  const [ssm, secrets] = [new SSMClient(configuration), new SecretsManagerClient(configuration)];
  let attempts = 0;
  return {
    keep: ({ name, password }) =>
      secrets.send(
        new PutSecretValueCommand({
          SecretId: manifest.database.secret,
          SecretString: JSON.stringify({ username: name, password }),
        }),
      ),
    publish: (sslmode) =>
      ssm.send(
        new PutParameterCommand({
          Name: '/smartboard/prod/infra/database',
          Overwrite: true,
          Value: JSON.stringify({
            host: '127.0.0.1',
            port: server.port,
            name: 'smartboard',
            secret: manifest.database.secret,
            sslmode,
          }),
        }),
      ),
    async configure() {
      const result = await runAction(join(root, 'actions/config-env'), {
        inputs: { environment: 'prod', 'role-to-assume': infra.deployRole },
        environment: {
          PATH: process.env.PATH,
          HOME: directory,
          AWS_ENDPOINT_URL: url,
          ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/_github/token?version=2`,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: cloud.jobRequestToken,
          GITHUB_SHA: 'c'.repeat(40),
          GITHUB_REPOSITORY: 'example/smartboard',
          GITHUB_RUN_ID: '1001',
          GITHUB_RUN_ATTEMPT: String(++attempts),
        },
        workspace: example,
        temporaryDirectory: join(directory, `job-${attempts}`),
      });
      const config = result.status === 0 ? JSON.parse(readFileSync(result.outputs.config, 'utf8')) : { services: {} };
      const arn = (service) =>
        Object.entries(config.services[service].secrets).find(([name]) => name.startsWith('DATABASE_URL'))[1];
      return { ...result, arn, url: (service) => cloud.secrets.valueFrom(arn(service)) };
    },
  };
}

/** The program that the service's image starts as its migration, with nothing but its URL. */
async function migrate(service, url, environment = {}) {
  const program = join(example, 'packages/migrator/dist/migrate.js');
  const env = { PATH: process.env.PATH, DATABASE_URL: url, MIGRATIONS: `services/${service}`, ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [program], { cwd: example, env, timeout: 20_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? 1), log: stdout + stderr }),
    );
  });
}

async function onServer(statement, database = 'smartboard') {
  const { name, password } = user;
  const ssl = { rejectUnauthorized: false };
  const client = new pg.Client({ host: '127.0.0.1', port: server.port, user: name, password, database, ssl });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}

function why({ code, log }) {
  return code === 0 ? '' : `\n        ${log.trim().split('\n').slice(-4).join('\n        ')}`;
}
