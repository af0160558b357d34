import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-kms';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { partitionOf } from '../../../lib/core/names.ts';
import type { Setting } from '../setting.ts';

/**
 * The environment's own key (`encryption: cmk`). As with AWS's keys for these services, whoever of the account may read a
 * secret or an object may have it decrypted, so no role needs rights on the key itself.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
export class EnvironmentKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, setting: Setting) {
    super(scope, id);
    const { application, environment } = setting.whereabouts;
    const key = new CfnKey(this, 'Key', {
      description: `What ${application} keeps in ${environment}`,
      enableKeyRotation: true,
      pendingWindowInDays: 30,
      keyPolicy: { Version: '2012-10-17', Statement: statements(setting) },
    });
    // Without its key nothing that it encrypted can ever be read again.
    key.applyRemovalPolicy(RemovalPolicy.RETAIN);
    new CfnAlias(this, 'Alias', { aliasName: `alias/${application}-${environment}`, targetKeyId: key.ref });
    this.arn = key.attrArn;
  }
}

const using = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

function statements({ account, region, whereabouts: { application, environment } }: Setting) {
  const partition = partitionOf(region);
  const name = `${application}-${environment}`;
  const logGroups = [`/${application}/${environment}/*`, `/aws/rds/cluster/${name}/*`, `aws-waf-logs-${name}`];
  return [
    allow('AccountDecides', { AWS: `arn:${partition}:iam::${account}:root` }, 'kms:*'),
    allow('ThroughServices', { AWS: '*' }, using, {
      StringEquals: {
        'kms:CallerAccount': account,
        'kms:ViaService': ['secretsmanager', 's3'].map((service) => `${service}.${region}.amazonaws.com`),
      },
    }),
    allow('Logs', { Service: `logs.${region}.amazonaws.com` }, using, {
      ArnLike: {
        'kms:EncryptionContext:aws:logs:arn': logGroups.map(
          (group) => `arn:${partition}:logs:${region}:${account}:log-group:${group}`,
        ),
      },
    }),
    // With AWS's own key for SNS this cannot be said, and alarms would be dropped without a word.
    allow('Alarms', { Service: 'cloudwatch.amazonaws.com' }, ['kms:Decrypt', 'kms:GenerateDataKey*'], {
      StringEquals: { 'aws:SourceAccount': account },
    }),
  ];
}

function allow(Sid: string, Principal: object, Action: string | string[], Condition?: object) {
  return { Sid, Effect: 'Allow', Principal, Action, Resource: '*', ...(Condition === undefined ? {} : { Condition }) };
}
