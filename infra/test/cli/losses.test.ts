import { describe, expect, test } from '@jest/globals';
import { compareTemplates } from '../../cli/difference.ts';
import { approvalOf, requireApproval } from '../../cli/losses.ts';

type Resource = { readonly Type: string; readonly [key: string]: unknown };

/** What is lost when the resource `It` becomes another one, or goes. */
function lossOf(before: Resource, after: Resource | undefined): string[] {
  const templates = [before, after].map((it) => ({ Resources: it === undefined ? {} : { It: it } }));
  return compareTemplates('data', templates[0], templates[1]).losses.map(({ sentence }) => sentence);
}

const cluster = (properties: object, more: object = {}) => ({
  Type: 'AWS::RDS::DBCluster',
  Properties: { Engine: 'aurora-postgresql', DBClusterIdentifier: 'a', ...properties },
  ...more,
});
const snapshot = { DeletionPolicy: 'Snapshot', UpdateReplacePolicy: 'Snapshot' };
const secret = (length: number) => ({
  Type: 'AWS::SecretsManager::Secret',
  Properties: { Name: 'a', GenerateSecretString: { PasswordLength: length } },
});
const bare = (Type: string, Properties: object = {}) => ({ Type, Properties });

describe('is lost', () => {
  test.each<[string, Resource, Resource | undefined, string]>([
    [
      'a database of another name',
      cluster({}, snapshot),
      cluster({ DBClusterIdentifier: 'b' }, snapshot),
      'the database would be replaced by an empty one (after a last snapshot)',
    ],
    ['a database that goes', cluster({}), undefined, 'the database would be deleted'],
    [
      'a database that goes with a snapshot',
      cluster({}, snapshot),
      undefined,
      'the database would be deleted (after a last snapshot)',
    ],
    [
      'a cache of another name',
      bare('AWS::ElastiCache::ReplicationGroup', { ReplicationGroupId: 'a' }),
      bare('AWS::ElastiCache::ReplicationGroup', { ReplicationGroupId: 'b' }),
      'the cache would be replaced by an empty one',
    ],
    ['a bucket that goes', bare('AWS::S3::Bucket'), undefined, 'the bucket would be deleted'],
    [
      'a bucket whose old one stays, since nobody would look there',
      { ...bare('AWS::S3::Bucket', { BucketName: 'a' }), UpdateReplacePolicy: 'Retain' },
      { ...bare('AWS::S3::Bucket', { BucketName: 'b' }), UpdateReplacePolicy: 'Retain' },
      'the bucket would be replaced by an empty one (the old one stays, no longer in use)',
    ],
    ['a registry that goes', bare('AWS::ECR::Repository'), undefined, 'the registry would be deleted'],
    [
      'a key that goes',
      bare('AWS::KMS::Key'),
      undefined,
      'the key (what it encrypts cannot be read without it) would be deleted',
    ],
    [
      'a network of other addresses',
      bare('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' }),
      bare('AWS::EC2::VPC', { CidrBlock: '10.1.0.0/16' }),
      'the network (with all that stands in it) would be replaced by an empty one',
    ],
    [
      'a secret that is made in another way, since its value changes with that',
      secret(32),
      secret(48),
      'the secret would get a new random value',
    ],
    [
      'what becomes something else',
      bare('AWS::S3::Bucket'),
      bare('AWS::SNS::Topic'),
      'the bucket would be replaced by an empty one',
    ],
  ])('%s', (_, before, after, sentence) => {
    expect(lossOf(before, after)).toEqual([`data/It: ${sentence}`]);
  });
});

describe('is not lost', () => {
  test.each<[string, Resource, Resource | undefined]>([
    ['what is only let go of', { ...bare('AWS::S3::Bucket'), DeletionPolicy: 'Retain' }, undefined],
    ['what is changed in place', cluster({ BackupRetentionPeriod: 7 }), cluster({ BackupRetentionPeriod: 14 })],
    ['what can be made again', bare('AWS::IAM::Role'), undefined],
    ['a log, which ends after its time anyway', bare('AWS::Logs::LogGroup'), undefined],
    [
      'another description of a secret',
      { ...secret(32), Properties: { ...secret(32).Properties, Description: 'a' } },
      secret(32),
    ],
    ['what stays', cluster({}), cluster({})],
  ])('%s', (_, before, after) => {
    expect(lossOf(before, after)).toEqual([]);
  });
});

describe('the code of a list', () => {
  const one = { stack: 'data', id: 'A', sentence: 'data/A: the bucket would be deleted' };
  const two = { stack: 'data', id: 'B', sentence: 'data/B: the bucket would be deleted' };

  test('is of exactly that list, in whatever order', () => {
    expect(approvalOf([])).toBeUndefined();
    expect(approvalOf([one, two])).toBe(approvalOf([two, one]));
    expect(new Set([approvalOf([one]), approvalOf([two]), approvalOf([one, two])]).size).toBe(3);
    expect(approvalOf([one])).toMatch(/^[0-9a-f]{8}$/);
  });

  test('lets it pass, and no longer one', () => {
    expect(() => requireApproval([one], approvalOf([one]))).not.toThrow();
    expect(() => requireApproval([], undefined)).not.toThrow();
    expect(() => requireApproval([one, two], approvalOf([one]))).toThrow(
      expect.objectContaining({ code: 'E_POLICY', message: expect.stringContaining('data/B') }),
    );
  });
});

test('a difference has no colours, names no value of a template that is not there, and counts', () => {
  const { report } = compareTemplates(
    'data',
    { Resources: { A: bare('AWS::S3::Bucket'), B: bare('AWS::SNS::Topic') } },
    { Resources: { A: bare('AWS::S3::Bucket', { BucketName: 'a' }), C: bare('AWS::SNS::Topic') } },
  );
  expect([report.added, report.changed, report.removed]).toEqual([1, 1, 1]);
  expect(report.difference).toContain('[~] AWS::S3::Bucket A replace');
  expect(report.difference).not.toContain('\u001B');
});
