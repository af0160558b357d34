import { CfnFlowLog, type CfnVPC } from 'aws-cdk-lib/aws-ec2';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { partitionOf } from '../../../lib/core/names.ts';
import { documentOf } from '../policies/document.ts';
import type { Setting } from '../setting.ts';
import { GrantedRole } from './granted-role.ts';

/**
 * Who spoke with whom in the network, accepted and refused. Addresses and no content: AWS's key encrypts it, since the
 * environment's own is made after the network.
 */
export class FlowLog extends Construct {
  constructor(scope: Construct, id: string, { vpc, setting }: FlowLogProps) {
    super(scope, id);
    const { account, region, whereabouts, manifest } = setting;
    // A service's log group has no further slash, so no service can have this name.
    const logGroupName = `/${whereabouts.application}/${whereabouts.environment}/network/flow-logs`;
    const group = new CfnLogGroup(this, 'Log', {
      logGroupName,
      retentionInDays: manifest.environment.logRetentionDays,
    });
    const { role } = new GrantedRole(this, 'Writer', {
      roleName: `${whereabouts.application}-${whereabouts.environment}-flow-logs`,
      description: 'Writes the flow log of the network',
      trust: documentOf([
        {
          Effect: 'Allow',
          Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:SourceAccount': account } },
        },
      ]),
      grants: [
        {
          why: 'Writes one log, of which each network interface has a stream of its own',
          actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
          on: [`arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${logGroupName}:*`],
        },
      ],
    });
    new CfnFlowLog(this, 'FlowLog', {
      resourceType: 'VPC',
      resourceId: vpc.ref,
      trafficType: 'ALL',
      logGroupName: group.ref,
      deliverLogsPermissionArn: role.attrArn,
    });
  }
}

type FlowLogProps = { readonly vpc: CfnVPC; readonly setting: Setting };
