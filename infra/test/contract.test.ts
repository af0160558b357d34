import { describe, expect, test } from '@jest/globals';
import { contractPrefix, parseContract } from '../../lib/core/contract.ts';
import { alone } from './alone.ts';
import { deployed } from './deployed.ts';
import { allOf } from './resources.ts';
import { example } from './synthesised.ts';
import { varied, type Change } from './varied.ts';

const prefix = contractPrefix('smartboard', 'prod');

describe('contract', () => {
  test('What the stacks publish is what the actions read.', () => {
    const contract = parseContract(published());
    expect({ ...contract, services: undefined }).toEqual({
      account: '111122223333',
      region: 'eu-west-1',
      notSimulated: [],
      cluster: { name: 'smartboard-prod', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] },
      network: {
        vpc: expect.stringMatching(/^vpc-/),
        subnets: [expect.stringMatching(/^subnet-/), expect.stringMatching(/^subnet-/)],
        assignPublicIp: 'DISABLED',
        namespace: 'smartboard.internal',
      },
      database: {
        host: 'DatabaseCluster.Endpoint.Address',
        port: 5432,
        name: 'smartboard',
        secret: 'smartboard/rds/credentials',
        sslmode: 'require',
      },
      cache: { host: expect.stringMatching(/PrimaryEndPoint/), port: 6379, secret: 'smartboard/redis/auth-token' },
      storage: new Map([['datasets', { bucket: 'smartboard-datasets-prod' }]]),
      services: undefined,
      migrations: { securityGroups: [expect.stringMatching(/^sg-/)] },
    });
  });

  test('A private service has names, roles and the shared group; a public one its own group and a target group.', () => {
    const { services, migrations } = parseContract(published());
    expect(services.size).toBe(9);
    expect(services.get('svc-auth')).toEqual({
      service: 'smartboard-svc-auth',
      repository: 'smartboard-svc-auth',
      logGroup: '/smartboard/prod/svc-auth',
      executionRole: 'arn:aws:iam::111122223333:role/smartboard-prod-svc-auth-execution',
      taskRole: 'arn:aws:iam::111122223333:role/smartboard-prod-svc-auth-task',
      securityGroups: migrations.securityGroups,
      targetGroup: undefined,
      registry: expect.stringMatching(/^arn:aws:servicediscovery:eu-west-1:111122223333:service\/srv-/),
    });
    expect(services.get('web')).toMatchObject({
      securityGroups: [expect.not.stringMatching(migrations.securityGroups[0]!)],
      targetGroup: expect.stringMatching(/^arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup\//),
    });
  });

  test('Tasks run in the subnets of the app, not in those of the load balancer or the data.', () => {
    const { network } = parseContract(published());
    const subnets = Object.values(example().get('network')!.findResources('AWS::EC2::Subnet'));
    expect(subnets).toHaveLength(6);
    expect(network.subnets).toEqual(
      [...deployed(example()).physical]
        .filter(([id]) => id.startsWith('Subnetsapp'))
        .map(([, physical]) => physical)
        .filter((physical) => physical.startsWith('subnet-')),
    );
  });

  test('Each part is smaller than 4 KB, names no secret by its ARN, and is written by one stack.', () => {
    for (const [name, value] of published()) {
      expect([name, Buffer.byteLength(value) < 4096]).toEqual([name, true]);
      expect([name, value.includes(':secret:')]).toEqual([name, false]);
    }
    const writers = [...example()].flatMap(([part, template]) =>
      allOf(template, 'AWS::SSM::Parameter').flatMap(({ Name }) => (Name.startsWith(prefix) ? [[Name, part]] : [])),
    );
    expect(new Map(writers as [string, string][]).size).toBe(writers.length);
    expect(
      writers.filter(([, part]) => part !== 'platform').map(([name, part]) => [name?.slice(prefix.length), part]),
    ).toEqual([
      ['registry-hash', 'delivery'],
      ['database', 'data'],
      ['cache', 'data'],
      ['storage/datasets', 'data'],
      ['hash', 'monitoring'],
    ]);
  });

  test('What the manifest does not have, the contract does not have.', () => {
    const changes: readonly Change[] = [
      [/^database:[^]*?\n\n/m, ''],
      [/^cache:[^]*?\n\n/m, ''],
      [/^storage:\n[^]*?\n\n/m, ''],
      [/^    storage: .*\n/gm, ''],
      [/^ +(?:DATABASE_URL.*\n|REDIS_URL|MINIO_BUCKET).*\n/gm, ''],
    ];
    const names = [alone.data(...changes), alone.platform(...changes)]
      .flatMap((template) => allOf(template, 'AWS::SSM::Parameter'))
      .filter(({ Name }) => Name.startsWith(prefix))
      .map(({ Name }) => Name.slice(prefix.length).split('/')[0]);
    expect(new Set(names)).toEqual(new Set(['meta', 'cluster', 'network', 'services', 'migrations']));
  });

  test('Nothing is exported for it by the data stack, so database and cache may go without meeting an export in use.', () => {
    expect(example().get('data')!.toJSON()['Outputs']).toBeUndefined();
  });
});

test('Another name in another account and region: all names, ARNs and zones follow.', () => {
  const other = varied([/smartboard/g, 'shop'], [/111122223333/g, '444455556666'], [/eu-west-1/g, 'us-east-2']);
  for (const [part, template] of other) {
    const text = JSON.stringify(template.toJSON());
    expect([part, /smartboard|111122223333|eu-west-1/.exec(text)?.[0]]).toEqual([part, undefined]);
  }
});

describe('a service that goes', () => {
  const withoutWorkerAndGateway: readonly Change[] = [
    [/^  worker:[^]*?\n\n/m, ''],
    [/^  gateway:[^]*?\n\n/m, ''],
  ];

  test('changes neither network nor data nor edge, and no export, so it never meets one in use.', () => {
    const after = varied(...withoutWorkerAndGateway);
    const changed = [...example()].filter(([part, template]) => !isSame(template.toJSON(), after.get(part)!.toJSON()));
    for (const part of ['network', 'data', 'edge']) expect(changed.map(([name]) => name)).not.toContain(part);
    for (const [part, template] of example()) {
      expect([part, template.toJSON()['Outputs']]).toEqual([part, after.get(part)!.toJSON()['Outputs']]);
    }
  });

  test('takes all that is its own along, and leaves all others as they were.', () => {
    const before = example().get('platform')!.toJSON()['Resources'];
    const after = varied(...withoutWorkerAndGateway)
      .get('platform')!
      .toJSON()['Resources'];
    const kept = Object.keys(before).filter((id) => id in after);
    const changed = kept.filter((id) => !isSame(before[id], after[id]));
    // The range of private ports ends where the worker's was.
    expect(changed.map((id) => before[id].Type)).toEqual(['AWS::EC2::SecurityGroupIngress']);
    const gone = Object.keys(before).filter((id) => !(id in after));
    expect(gone.filter((id) => !/worker|gateway/.test(id))).toEqual([]);
    expect(Object.keys(after).filter((id) => /worker|gateway/.test(id))).toEqual([]);
  });
});

/** What one would read under the prefix once all stacks stand. */
function published(): ReadonlyMap<string, string> {
  return new Map(
    [...deployed(example()).parameters].flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
    ),
  );
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
