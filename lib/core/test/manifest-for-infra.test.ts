import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Findings } from '../errors.ts';
import type { Standing } from '../manifest/infra-rules/removals.ts';
import { parseForInfra } from '../manifest/parse-for-infra.ts';
import { parseManifest } from '../manifest/parse.ts';

const example = readFileSync(new URL('../../../examples/smartboard/slipway.yml', import.meta.url), 'utf8');

/** The smallest manifest that can be made, and lines where a test wants others. */
const base = {
  top: '',
  application: 'shop',
  environment: 'prod',
  environments: '',
  zones: 'availability-zones: [eu-west-1a, eu-west-1b]',
  github: 'github: { repository: octo-org/shop }',
  more: '',
  api: 'port: 4010',
  services: '',
};

function manifest(lines: Partial<typeof base> = {}): string {
  const { top, application, environment, environments, zones, github, more, api, services } = { ...base, ...lines };
  const below = [zones, github, more].filter((line) => line !== '').map((line) => `    ${line}\n`);
  return `version: 1
application: ${application}
environments:
  ${environment}:
    account: "111122223333"
    region: eu-west-1
${below.join('')}${environments}services:
  api: { ${api} }
${services === '' ? '' : `  ${services}\n`}${top}`;
}

function refusalOf(text: string, environment = 'prod', standing?: Standing): string[] {
  try {
    parseForInfra(text, { environment, ...(standing === undefined ? {} : { standing }) });
    return [];
  } catch (error) {
    if (!(error instanceof Findings)) throw error;
    return error.findings.map(
      ({ code, place = '', message, remedy }) => `${code} ${place.replace('slipway.yml:', '')} ${message} ${remedy}`,
    );
  }
}

const certificate = 'certificate: arn:aws:acm:eu-west-1:111122223333:certificate/a';
const database = 'database: { version: "16.13", name: shop, secret: shop/rds }\n';
const cache = 'cache: { version: "7.1", secret: shop/redis }\n';
const url = (part: string) => `environment: { URL: { template: "x://{${part}.host}" } }`;
const second = (line: string) => `  test: { account: "111122223333", region: eu-west-1, ${line} }\n`;
const byHand = `infra:
      cluster: { name: shop, capacityProviders: [FARGATE] }
      network: { vpc: vpc-0123456789abcdef0, subnets: [subnet-0123456789abcdef0], assignPublicIp: DISABLED }
      services: {}
      migrations: { securityGroups: [sg-0123456789abcdef0] }`;
const eightZones = `availability-zones: [${'abcdefgh'
  .split('')
  .map((letter) => `eu-west-1${letter}`)
  .join(', ')}]`;
const long = 'a-rather-long-name-of-it';

describe('what can be made', () => {
  test.each([
    ['Smartboard', example],
    ['a private service', manifest()],
    ['a public one with a certificate', manifest({ more: certificate, api: 'port: 1, ingress: /*' })],
    [
      'a public one with a zone and a domain',
      manifest({ more: 'hosted-zone: Z1\n    domain: a.example.com', api: 'port: 1, ingress: /*' }),
    ],
    [
      'two public services with one port: each has its own security group',
      manifest({ more: certificate, api: 'port: 1, ingress: /api/*', services: 'web: { port: 1, ingress: /* }' }),
    ],
    ['eight zones of a /20', manifest({ zones: eightZones, more: 'network: { cidr: 10.0.0.0/20 }' })],
    [
      'a secret of others, declared by its ARN',
      manifest({ top: 'secrets: { "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf": {} }\n' }),
    ],
    ['no NAT, with endpoints', manifest({ more: 'nat: none\n    endpoints: true' })],
    ['a database for a private service', manifest({ top: database, api: `port: 1, ${url('database')}` })],
    [
      'a database for the migration of a public service, which runs among the private ones',
      manifest({
        more: certificate,
        top: database,
        api: `port: 1, ingress: /*, migrate: { command: [a], ${url('database')} }`,
      }),
    ],
    [
      'a template of all services that a public one replaces',
      manifest({
        more: certificate,
        top: `${database}defaults: { ${url('database')} }\n`,
        api: 'port: 1, ingress: /*, environment: { URL: "none" }',
      }),
    ],
    ['two environments that say what is whose', twoEnvironments('{environment}')],
    [
      'two environments of two accounts with the same names',
      manifest({
        top: 'secrets: { shop/key: {} }\n',
        environments: second('availability-zones: [eu-west-1a, eu-west-1b], github: { repository: o/r }').replace(
          '111122223333',
          '999999999999',
        ),
      }),
    ],
  ])('%s', (_, text) => {
    expect(refusalOf(text)).toEqual([]);
  });
});

describe('what cannot be made is refused before anything is, with its line', () => {
  test.each<[string, string, RegExp]>([
    [
      'an environment that is described by hand',
      manifest({ more: byHand }),
      /^E_MANIFEST 9:5 .*described by hand.*`infra: none`/,
    ],
    ['no zones', manifest({ zones: '' }), /^E_MANIFEST 4:3 .*two availability zones.*\[eu-west-1a, eu-west-1b\]/],
    ['one zone', manifest({ zones: 'availability-zones: [eu-west-1a]' }), /^E_MANIFEST 7:5 .*one is named/],
    [
      'a zone that the network has no part for',
      manifest({ zones: 'availability-zones: [eu-west-1a, eu-west-1i]' }),
      /^E_MANIFEST 7:38 .*letters a to h, and none for eu-west-1i/,
    ],
    [
      'no way out',
      manifest({ more: 'nat: none' }),
      /^E_MANIFEST 9:10 .*no task could fetch its image.*endpoints: true/,
    ],
    [
      'a public service without a certificate',
      manifest({ api: 'port: 1, ingress: /*' }),
      /^E_MANIFEST 4:3 .*neither a certificate nor a hosted zone/,
    ],
    [
      'a hosted zone without a domain',
      manifest({ more: 'hosted-zone: Z1', api: 'port: 1, ingress: /*' }),
      /^E_MANIFEST 9:18 .*nothing says for which domain/,
    ],
    [
      'six wildcards',
      manifest({ more: certificate, api: 'port: 1, ingress: /*/*/*/*/*/*' }),
      /^E_MANIFEST 11:28 .*6 wildcards, and a listener rule may have 5/,
    ],
    [
      'two catch-alls',
      manifest({ more: certificate, api: 'port: 1, ingress: /*', services: 'web: { port: 2, ingress: /* }' }),
      /^E_MANIFEST 12:28 services\.web\.ingress is the same as that of api/,
    ],
    [
      'a port of two private services',
      manifest({ services: 'jobs: { port: 4010 }' }),
      /^E_MANIFEST 11:17 services\.jobs has the port 4010 of api, behind the same security group.*such as 4011/,
    ],
    [
      'a public port among the private ones',
      manifest({
        more: certificate,
        services: 'jobs: { port: 4030 }\n  web: { port: 4020, ingress: /* }',
      }),
      /^E_MANIFEST 13:16 services\.web is public, and its port 4020 lies in the range .*4010 to 4030/,
    ],
    [
      'a public service with a database',
      manifest({ more: certificate, top: database, api: `port: 1, ingress: /*, ${url('database')}` }),
      /^E_MANIFEST 11:64 services\.api is public, so its security group does not reach the database that URL leads to/,
    ],
    [
      'a public service with a cache, by what all services have',
      manifest({
        more: certificate,
        top: `${cache}defaults: { ${url('cache')} }\n`,
        api: 'port: 1, ingress: /*',
      }),
      /^E_MANIFEST 13:45 services\.api is public.* the cache that URL leads to/,
    ],
    [
      'a version of Aurora that is retired',
      manifest({ top: database.replace('16.13', '16.3') }),
      /^E_MANIFEST 11:22 Aurora PostgreSQL has no version 16\.3.*Write "16\.4" or .*"16\.13"\.$/,
    ],
    [
      'a version of Aurora that never was',
      manifest({ top: database.replace('16.13', '99') }),
      /Write "15\.17" or "16\.13" or "17\.9" or "18\.6"\.$/,
    ],
    ['a Redis of long ago', manifest({ top: cache.replace('7.1', '6.2') }), /^E_MANIFEST 11:19 .*Write "7\.1"/],
    ['nobody who may deploy', manifest({ github: '' }), /^E_MANIFEST 4:3 Nothing says which repository/],
    [
      'a secret that is made twice',
      manifest({ top: `${database}secrets: { shop/rds: {} }\n` }),
      /^E_MANIFEST 12:12 The secret shop\/rds is made twice, here and for database\.secret/,
    ],
    [
      'two buckets of one name',
      manifest({ top: 'storage: { a: { bucket: shop-prod }, b: { bucket: "shop-{environment}" } }\n' }),
      /^E_MANIFEST 11:51 The bucket shop-prod is made twice/,
    ],
    [
      'a database with a secret of others',
      manifest({
        top: 'database: { version: "16.13", name: a, secret: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf" }\n',
      }),
      /^E_MANIFEST 11:48 A secret is made here, and is named by an ARN/,
    ],
    [
      'an application that sounds like AWS',
      manifest({ application: 'awsome' }),
      /^E_MANIFEST 2:14 .*begins with aws or ssm/,
    ],
    [
      'a parameter in the place of the contract',
      manifest({ top: 'parameters: { "/{application}/{environment}/infra/hash": "1" }\n' }),
      /^E_MANIFEST 11:15 Slipway itself writes below infra/,
    ],
    ['a parameter of AWS', manifest({ top: 'parameters: { /aws/x: "1" }\n' }), /^E_MANIFEST 11:15 SSM keeps names/],
    [
      'a secret among the composed ones',
      manifest({ top: 'secrets: { shop/prod/derived/a: {} }\n' }),
      /^E_MANIFEST 11:12 .*below derived/,
    ],
  ])('%s', (_, text, finding) => {
    expect(refusalOf(text)).toEqual([expect.stringMatching(finding)]);
  });

  test('names that are too long, each with what would have it', () => {
    const names = { application: long, environment: long, more: certificate, top: cache };
    const found = refusalOf(manifest({ ...names, api: 'port: 1, ingress: /*' }), long);
    expect(
      found.map((finding) => / The (.*?) would be called .*: (\d+) characters, and (\d+) /.exec(finding)?.slice(1)),
    ).toEqual([
      ['load balancer', '49', '32'],
      ['cache', '49', '40'],
    ]);
    const service = `${long}-7890123`;
    const services = `${service}: { port: 2 }`;
    expect(refusalOf(manifest({ application: long, environment: long, services }), long)).toEqual([
      expect.stringContaining(`The execution role would be called ${long}-${long}-${service}-execution`),
      expect.stringContaining(`The task role would be called ${long}-${long}-${service}-task`),
    ]);
  });

  test('two environments of one account that would make the same things: the later one is told', () => {
    const text = twoEnvironments('live');
    expect(refusalOf(text, 'prod')).toEqual([]);
    expect(refusalOf(text, 'test')).toEqual([
      expect.stringMatching(/^E_MANIFEST 13:12 The bucket shop-live would be made by prod and by test/),
      expect.stringMatching(/^E_MANIFEST 14:12 The secret shop\/live would be made by prod and by test/),
    ]);
  });

  test('a second OIDC provider in an account: the later environment names the first one', () => {
    const later = second('availability-zones: [eu-west-1a, eu-west-1b], github: { repository: o/r }');
    const text = manifest({ environments: later });
    expect(refusalOf(text, 'prod')).toEqual([]);
    expect(refusalOf(text, 'test')).toEqual([
      expect.stringMatching(
        /^E_MANIFEST 9:101 The environment prod makes .* provider: arn:aws:iam::111122223333:oidc-provider\/token\.actions\.githubusercontent\.com here/,
      ),
    ]);
  });

  test('everything at once, and nothing that only follows from something else', () => {
    const text = manifest({
      zones: 'availability-zones: [us-east-1a]',
      api: 'port: 0, ingress: /*',
      top: database.replace('16.13', '14.1'),
    });
    expect(refusalOf(text).map((finding) => finding.replace(/^(\w+ [\d:]+) .*/, '$1'))).toEqual([
      'E_MANIFEST 4:3',
      'E_MANIFEST 7:5',
      'E_SCOPE 7:26',
      'E_MANIFEST 10:16',
      'E_MANIFEST 11:22',
    ]);
  });

  test('the actions can live with it: they ask less', () => {
    expect(() => parseManifest(manifest({ zones: '', github: '', services: 'jobs: { port: 4010 }' }))).not.toThrow();
  });

  test('an environment that is not there is told as everywhere', () => {
    expect(() => parseForInfra(manifest(), { environment: 'pord' })).toThrow(
      expect.objectContaining({ code: 'E_INPUT', remedy: expect.stringContaining('Did you mean "prod"?') }),
    );
  });
});

describe('what holds data and is no longer in the manifest', () => {
  const standing: Standing = {
    services: ['api', 'jobs'],
    storage: ['files'],
    database: true,
    cache: true,
    allowed: [],
  };

  test('is named, with how to let it go', () => {
    expect(refusalOf(manifest(), 'prod', standing)).toEqual([
      expect.stringMatching(/^E_POLICY 1:1 storage\.files is deployed and no longer in the manifest: its objects/),
      expect.stringMatching(/^E_POLICY 1:1 database is deployed .*--allow-removal database\.$/),
      expect.stringMatching(/^E_POLICY 1:1 cache is deployed .*queued/),
      expect.stringMatching(/^E_POLICY 9:1 services\.jobs is deployed .*--allow-removal services\.jobs\.$/),
    ]);
  });

  test('may go when it was named, in full or by its own name', () => {
    const allowed = ['services.jobs', 'files', 'database', 'cache'];
    expect(refusalOf(manifest(), 'prod', { ...standing, allowed })).toEqual([]);
    expect(refusalOf(manifest(), 'prod', { ...standing, allowed: ['jobs.services', 'file'] })).toHaveLength(4);
  });

  test('is not taken for gone while it is only malformed', () => {
    const broken = manifest({ top: database.replace('shop/rds', '"#"'), services: 'jobs: { prot: 1 }' });
    const { length } = refusalOf(broken, 'prod', { ...standing, storage: [], cache: false });
    expect(length).toBe(2);
  });
});

function twoEnvironments(name: string): string {
  const provider = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';
  return manifest({
    environments: second(
      `availability-zones: [eu-west-1a, eu-west-1b], github: { repository: o/r, provider: "${provider}" }`,
    ),
    top: `storage:\n  files: { bucket: "shop-${name}" }\nsecrets: { "shop/${name}": {} }\n`,
  });
}
