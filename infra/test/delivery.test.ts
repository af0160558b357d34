import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { alone } from './alone.ts';
import { judge, rolesOf } from './iam.ts';
import type { Change } from './varied.ts';

const github = 'repository: example/smartboard # the only repository that may deploy here';
const sizeOf = (document: unknown) => JSON.stringify(document).length;

describe('the delivery stack', () => {
  const template = alone.delivery();

  test('makes GitHub’s provider, kept when the stack goes, and four roles', () => {
    expect(Object.keys(template.findResources('AWS::IAM::Role'))).toHaveLength(4);
    template.hasResource('AWS::IAM::OIDCProvider', {
      Properties: { Url: 'https://token.actions.githubusercontent.com', ClientIdList: ['sts.amazonaws.com'] },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test('says by a hash that registries and roles stand, after all of them', () => {
    const [parameter] = Object.values(template.findResources('AWS::SSM::Parameter'));
    expect(parameter?.['Properties']).toMatchObject({
      Name: '/smartboard/prod/infra/registry-hash',
      Value: '{"hash":"r"}',
    });
    const others = Object.entries(template.toJSON()['Resources'] as object).filter(([, it]) => it !== parameter);
    expect(parameter?.['DependsOn'].toSorted()).toEqual(others.map(([id]) => id).toSorted());
  });

  test('leans on no other stack', () => {
    expect(JSON.stringify(template.toJSON())).not.toContain('Fn::ImportValue');
  });

  test('attaches no policy that somebody else may change', () => {
    for (const role of Object.values(template.findResources('AWS::IAM::Role'))) {
      expect(role['Properties']).not.toHaveProperty('ManagedPolicyArns');
    }
  });

  test('lets sessions last as long as the actions ask for', () => {
    const asked = ['build-push', 'config-env', 'run-migrations', 'deploy-ecs', 'infra'].map((action) => {
      const text = readFileSync(new URL(`../../actions/${action}/action.yml`, import.meta.url), 'utf8');
      const { inputs } = parse(text) as { inputs: Record<string, { default?: string }> };
      return Number(inputs['role-duration-seconds']?.default ?? '3600');
    });
    const longest = Object.values(template.findResources('AWS::IAM::Role')).map(
      ({ Properties }) => [Properties.RoleName, Properties.MaxSessionDuration] as const,
    );
    expect(longest.filter(([, seconds]) => seconds < Math.max(...asked))).toEqual([]);
    // Provisioning a database takes longer than an hour may be, and CDK cannot renew what it was started with.
    expect(new Map(longest).get('smartboard-prod-infra')).toBe(7200);
  });
});

test('Where the manifest says nothing of GitHub, nobody is trusted.', () => {
  const template = alone.delivery([`github:\n      ${github}`, '']);
  expect(Object.values(template.toJSON()['Resources'] as Record<string, { Type: string }>)).toEqual([
    expect.objectContaining({ Type: 'AWS::SSM::Parameter' }),
  ]);
});

describe('with a hundred services', () => {
  const names = Array.from({ length: 91 }, (_, index) => `svc-number-${index}`);
  const more = names
    .map((name) => `  ${name}: { build: { context: . }, port: ${5000 + names.indexOf(name)} }\n`)
    .join('');
  const template = alone.delivery(['services:\n', `services:\n${more}`]);
  const deploy = rolesOf(template).get('smartboard-prod-deploy')!;

  test('every policy keeps within what IAM takes, and no role has more than ten', () => {
    for (const [id, { Properties }] of Object.entries(template.findResources('AWS::IAM::Role'))) {
      const inline = (Properties.Policies ?? []) as { PolicyDocument: object }[];
      expect([id, inline.reduce((sum, { PolicyDocument }) => sum + sizeOf(PolicyDocument), 0) <= 10_240]).toEqual([
        id,
        true,
      ]);
    }
    const managed = Object.values(template.findResources('AWS::IAM::ManagedPolicy'));
    expect(managed.filter(({ Properties }) => sizeOf(Properties.PolicyDocument) > 6144)).toEqual([]);
    expect(deploy.policies.length).toBeLessThanOrEqual(10);
  });

  test.each(['svc-number-0', 'svc-number-90', 'web'])('%s may still be deployed', async (name) => {
    const definition = `arn:aws:ecs:eu-west-1:111122223333:task-definition/smartboard-prod-${name}:1`;
    expect(await judge(deploy, { action: 'ecs:RegisterTaskDefinition', on: definition })).toBe('allowed');
    const image = `arn:aws:ecr:eu-west-1:111122223333:repository/smartboard-${name}`;
    expect(await judge(deploy, { action: 'ecr:PutImage', on: image })).toBe('allowed');
  });

  test('and one that the manifest has not still not', async () => {
    const definition = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/smartboard-prod-svc-number-91:1';
    expect(await judge(deploy, { action: 'ecs:RegisterTaskDefinition', on: definition })).toBe('denied');
  });
});

describe('a key of the environment’s own', () => {
  test('opens what a release is composed from for the role that deploys, through Secrets Manager alone', () => {
    expect(keyStatements(['nat: per-az', 'nat: per-az\n    encryption: cmk'])).toEqual([
      [
        'smartboard-prod-deploy',
        {
          Effect: 'Allow',
          Action: ['kms:Decrypt'],
          Resource: ['arn:aws:kms:eu-west-1:111122223333:key/*'],
          Condition: {
            StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' },
            StringLike: {
              'kms:EncryptionContext:SecretARN': [
                secret('app/jwt-secret'),
                secret('app/session-secret'),
                secret('rds/credentials'),
                secret('redis/auth-token'),
              ],
            },
          },
        },
      ],
    ]);
  });

  test('is asked for by nobody where there is none', () => {
    expect(keyStatements()).toEqual([]);
  });
});

test('Roles and ARNs follow application, environment, account, region and partition.', () => {
  const elsewhere: Change[] = [
    [/application: smartboard/, 'application: shop'],
    [/'111122223333'/, "'444455556666'"],
    [/region: eu-west-1/, 'region: cn-north-1'],
    [/availability-zones: .*/, 'availability-zones: [cn-north-1a, cn-north-1b]'],
    [/certificate: .*/, ''],
    [/ {6}AWS_REGION: eu-west-1\n/, ''],
    [/ {6}AWS_REGION: eu-west-1\n/, ''],
  ];
  const text = JSON.stringify(alone.delivery(...elsewhere).toJSON());
  expect(text).toContain('arn:aws-cn:iam::444455556666:oidc-provider/token.actions.githubusercontent.com');
  expect(text).toContain('arn:aws-cn:ecr:cn-north-1:444455556666:repository/shop-web');
  expect(text).toContain('arn:aws-cn:iam::444455556666:role/cdk-hnb659fds-deploy-role-444455556666-cn-north-1');
  expect(text).not.toMatch(/arn:aws:|111122223333|eu-west-1/);
});

/** What each role may do with a key, by the role's name. */
const keyStatements = (...changes: readonly Change[]) =>
  [...rolesOf(alone.delivery(...changes))].flatMap(([name, { policies }]) => {
    const statements = policies.flatMap((policy) => (policy as { Statement: { Action: string[] }[] }).Statement);
    return statements.filter(({ Action }) => Action.includes('kms:Decrypt')).map((it) => [name, it]);
  });
const secret = (name: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:smartboard/${name}-??????`;
