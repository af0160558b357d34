import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contractByHand, contractParameters, contractPrefix, parseContract } from '../contract.ts';
import type { Contract, ServiceContract } from '../contract.ts';
import { Findings } from '../errors.ts';
import { parseManifest } from '../manifest/parse.ts';
import { manifestText } from './manifest-text.ts';

const web: ServiceContract = {
  service: 'shop-web',
  repository: 'shop-web',
  logGroup: '/shop/prod/web',
  executionRole: 'arn:aws:iam::111122223333:role/shop-prod-execution',
  taskRole: 'arn:aws:iam::111122223333:role/shop-prod-web',
  securityGroups: ['sg-0123456789abcdef0'],
  targetGroup: undefined,
  registry: 'arn:aws:servicediscovery:eu-west-1:111122223333:service/srv-0123456789abcdef',
};
const contract: Contract = {
  account: '111122223333',
  region: 'eu-west-1',
  notSimulated: [],
  cluster: { name: 'shop-prod', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] },
  network: {
    vpc: 'vpc-0123456789abcdef0',
    subnets: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    assignPublicIp: 'DISABLED',
    namespace: 'shop.internal',
  },
  database: { host: 'db.example', port: 5432, name: 'shop', secret: 'shop/rds/credentials', sslmode: 'require' },
  cache: undefined,
  storage: new Map([['files', { bucket: 'shop-files-prod' }]]),
  services: new Map([['web', web]]),
  migrations: { securityGroups: ['sg-0123456789abcdef0'] },
};

test('what is published is read back', () => {
  expect(parseContract(contractParameters(contract))).toEqual(contract);
});

test('any contract makes the round trip, each part below 4 KB', () => {
  fc.assert(
    fc.property(contracts(), (any) => {
      const parameters = contractParameters(any);
      expect(parseContract(parameters)).toEqual(any);
      for (const value of parameters.values()) expect(value.length).toBeLessThan(4096);
    }),
    { numRuns: 100 },
  );
});

test('the hash changes with any part', () => {
  const changed = contractParameters({ ...contract, migrations: { securityGroups: ['sg-0123456789abcdef1'] } });
  expect(changed.get('hash')).not.toBe(contractParameters(contract).get('hash'));
});

test('the prefix is where infra publishes', () => {
  expect(contractPrefix('smartboard', 'prod')).toBe('/smartboard/prod/infra/');
});

describe('refused', () => {
  test('an absent contract, part by part, with the way out', () => {
    const { code, findings } = refusal(new Map());
    expect(code).toBe('E_STATE');
    expect(findings.map(({ place }) => place)).toEqual([
      'infra/meta',
      'infra/cluster',
      'infra/network',
      'infra/migrations',
      'infra/hash',
    ]);
    expect(findings[0]?.remedy).toContain('Run the infra job');
  });

  test('a contract whose last stack did not succeed', () => {
    expect(refusal(without('hash')).findings).toHaveLength(1);
  });

  test.each([
    ['text that is no JSON', 'cluster', '{', /"cluster" is not JSON/],
    ['a list', 'cluster', '[]', /The file must be a map|must be a map/],
    [
      'a missing member',
      'network',
      '{"vpc":"vpc-0123456789abcdef0","assignPublicIp":"DISABLED"}',
      /subnets is missing/,
    ],
    ['a later schema', 'meta', '{"schema":2,"account":"111122223333","region":"eu-west-1"}', /schema must be 1/],
    ['a port as text', 'cache', '{"host":"a","port":"6379","secret":"b"}', /port must be a whole number, and is text/],
    [
      'a subnet that is none',
      'network',
      '{"vpc":"vpc-0123456789abcdef0","subnets":["subnet-xyz"],"assignPublicIp":"DISABLED"}',
      /subnets\[0\] must be an id/,
    ],
  ])('%s', (_, name, value, message) => {
    const { code, findings } = refusal(new Map(contractParameters(contract)).set(name, value));
    expect([code, findings.length]).toEqual(['E_STATE', 1]);
    expect(findings[0]?.message).toMatch(message);
  });
});

test('what a later infra adds is passed over', () => {
  const parameters = contractParameters(contract);
  parameters
    .set('cluster', '{"name":"shop-prod","capacityProviders":["FARGATE","FARGATE_SPOT"],"region":"x"}')
    .set('waf', '{}');
  expect(parseContract(parameters)).toEqual(contract);
});

test('a contract written by hand is the same contract', () => {
  const { cluster, network, database, migrations } = contract;
  const infra = {
    cluster,
    network,
    database,
    storage: { files: { bucket: 'shop-files-prod' } },
    services: { web },
    migrations,
  };
  const manifest = parseManifest(manifestText({ environment: `infra: ${JSON.stringify(infra)}` }));
  const prod = manifest.environments.get('prod');
  expect(prod && contractByHand(prod)).toEqual(contract);
});

test('an environment without one leaves it to SSM', () => {
  const prod = parseManifest(manifestText()).environments.get('prod');
  expect(prod && contractByHand(prod)).toBeUndefined();
});

function without(name: string): Map<string, string> {
  const parameters = contractParameters(contract);
  parameters.delete(name);
  return parameters;
}

function refusal(parameters: ReadonlyMap<string, string>): Findings {
  try {
    parseContract(parameters);
  } catch (error) {
    if (error instanceof Findings) return error;
  }
  throw new Error('The contract was accepted.');
}

function contracts(): fc.Arbitrary<Contract> {
  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,20}$/);
  const port = fc.integer({ min: 1, max: 65535 });
  const arn = name.map((role) => `arn:aws:iam::111122223333:role/${role}`);
  const securityGroups = fc.array(id('sg'), { minLength: 1, maxLength: 5 });
  const service = fc.record({
    service: name,
    repository: name,
    logGroup: name,
    executionRole: arn,
    taskRole: arn,
    securityGroups,
    targetGroup: maybe(arn),
    registry: maybe(arn),
  });
  const network = fc.record({
    vpc: id('vpc'),
    subnets: fc.array(id('subnet'), { minLength: 1, maxLength: 16 }),
    assignPublicIp: fc.constantFrom('ENABLED' as const, 'DISABLED' as const),
    namespace: maybe(name),
  });
  return fc.record({
    account: fc.stringMatching(/^[0-9]{12}$/),
    region: fc.constantFrom('eu-west-1', 'us-gov-west-1'),
    notSimulated: fc.array(name, { maxLength: 2 }),
    cluster: fc.record({ name, capacityProviders: fc.constant(['FARGATE']) }),
    network,
    database: maybe(
      fc.record({ host: name, port, name, secret: name, sslmode: fc.constantFrom('require', 'disable') }),
    ),
    cache: maybe(fc.record({ host: name, port, secret: name })),
    storage: fc.array(fc.tuple(name, fc.record({ bucket: name })), { maxLength: 3 }).map((all) => new Map(all)),
    services: fc.array(fc.tuple(name, service), { maxLength: 4 }).map((all) => new Map(all)),
    migrations: fc.record({ securityGroups }),
  });
}

function id(prefix: string): fc.Arbitrary<string> {
  return fc.stringMatching(/^[0-9a-f]{17}$/).map((hex) => `${prefix}-${hex}`);
}

function maybe<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.option(value, { nil: undefined });
}
