import { CfnSecurityGroup, CfnVPCEndpoint, type CfnVPC } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Subnets } from './subnets.ts';

export type AwsEndpointsProps = {
  readonly vpc: CfnVPC;
  readonly cidr: string;
  readonly region: string;
  readonly subnets: Subnets;
  /** Also those that cost by zone and hour. Without NAT, tasks cannot start unless they are there. */
  readonly interfaces: boolean;
};

/** Ways to AWS that stay inside the network: S3's always, since it is free and image layers come through it. */
export class AwsEndpoints extends Construct {
  constructor(scope: Construct, id: string, { vpc, cidr, region, subnets, interfaces }: AwsEndpointsProps) {
    super(scope, id);
    new CfnVPCEndpoint(this, 's3', {
      vpcId: vpc.ref,
      serviceName: `com.amazonaws.${region}.s3`,
      vpcEndpointType: 'Gateway',
      routeTableIds: [...subnets.appRouteTables],
    });
    if (!interfaces) return;
    const https = { ipProtocol: 'tcp', fromPort: 443, toPort: 443, cidrIp: cidr, description: 'HTTPS of the network' };
    const group = new CfnSecurityGroup(this, 'Group', {
      vpcId: vpc.ref,
      groupDescription: 'Interface endpoints of AWS',
      securityGroupIngress: [https],
      tags: [{ key: 'Name', value: 'sg-endpoints' }],
    });
    for (const service of calledWhenTasksStart) {
      new CfnVPCEndpoint(this, service, {
        vpcId: vpc.ref,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: [...subnets.app],
        securityGroupIds: [group.attrGroupId],
      });
    }
  }
}

export const calledWhenTasksStart = ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'ssm'] as const;
