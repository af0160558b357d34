import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { partitionOf } from '../../../lib/core/names.ts';
import { documentOf } from '../policies/document.ts';
import type { Setting } from '../setting.ts';
import { GrantedRole } from './granted-role.ts';

/**
 * Writes what the operating system below the database does (enhanced monitoring) into the one log group that is meant for
 * it, instead of AmazonRDSEnhancedMonitoringRole, which may write into more.
 */
export function databaseMonitoringRole(scope: Construct, id: string, setting: Setting): CfnRole {
  const { account, region, whereabouts } = setting;
  const group = `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:RDSOSMetrics`;
  const { role } = new GrantedRole(scope, id, {
    roleName: `${whereabouts.application}-${whereabouts.environment}-rds-metrics`,
    description: 'Enhanced monitoring of the database',
    trust: documentOf([
      {
        Effect: 'Allow',
        Principal: { Service: 'monitoring.rds.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      },
    ]),
    grants: [
      {
        why: 'The group is shared by all databases of the account and region',
        actions: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy'],
        on: [group],
      },
      {
        why: 'RDS chooses the names of the streams; the group is its own',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams', 'logs:GetLogEvents'],
        on: [`${group}:log-stream:*`],
      },
    ],
  });
  return role;
}
