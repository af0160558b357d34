import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as names from '../names.ts';

const prod = { application: 'smartboard', environment: 'prod' };

test('everything has the name that people know it by', () => {
  expect([
    names.clusterName(prod),
    names.ecsServiceName('smartboard', 'web'),
    names.repositoryName('smartboard', 'svc-auth'),
    names.logGroupName(prod, 'web'),
    names.serviceUrl('svc-auth', names.namespaceName('smartboard'), 4010),
  ]).toEqual([
    'smartboard-prod',
    'smartboard-web',
    'smartboard-svc-auth',
    '/smartboard/prod/web',
    'http://svc-auth.smartboard.internal:4010',
  ]);
});

test('roles, topic and stacks of an environment begin with its name', () => {
  expect([
    names.roleName(prod, 'deploy'),
    names.executionRoleName(prod, 'web'),
    names.taskRoleName(prod, 'web'),
    names.alarmTopicName(prod),
    ...names.stackParts.map((part) => names.stackName('smartboard', 'prod', part)),
  ]).toEqual([
    'smartboard-prod-deploy',
    'smartboard-prod-web-execution',
    'smartboard-prod-web-task',
    'smartboard-prod-alarms',
    'smartboard-registry',
    'smartboard-prod-delivery',
    'smartboard-prod-network',
    'smartboard-prod-data',
    'smartboard-prod-edge',
    'smartboard-prod-platform',
    'smartboard-prod-monitoring',
  ]);
});

test('the ledger lies beside what infra publishes', () => {
  expect([names.headPath(prod), names.releasePath(prod, 'r-1')]).toEqual([
    '/smartboard/prod/release/head',
    '/smartboard/prod/releases/r-1',
  ]);
});

function derivedFrom(basis: string): string {
  const of = { service: 'svc-auth', variable: 'DATABASE_URL_AUTH', basis };
  return names.derivedSecretName(prod, of, (text) => `${text}0123456789`);
}

test('another template or endpoint is another derived secret', () => {
  expect(derivedFrom('aaaa')).toBe('smartboard/prod/derived/svc-auth/DATABASE_URL_AUTH-aaaa0123');
  expect(derivedFrom('aaaa')).not.toBe(derivedFrom('aaab'));
});

test('any session name is one that STS accepts', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 5 }), (parts) => {
      expect(names.roleSessionName(...parts)).toMatch(/^[\w+=,.@-]{2,64}$/);
    }),
  );
});

test('a session name keeps what it can of its parts', () => {
  expect(names.roleSessionName('slipway', 'org/repo', 42)).toBe('slipway-org-repo-42');
});

test.each([
  ['eu-west-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
])('%s is in the partition %s', (region, partition) => {
  expect(names.partitionOf(region)).toBe(partition);
});
