import { CfnVPC } from 'aws-cdk-lib/aws-ec2';
import { CfnPrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import { Stack, Validations, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { namespaceName } from '../../../lib/core/names.ts';
import { AwsEndpoints } from '../constructs/aws-endpoints.ts';
import { FlowLog } from '../constructs/flow-log.ts';
import { SharedGroups } from '../constructs/shared-groups.ts';
import { Subnets } from '../constructs/subnets.ts';
import { exportAll } from '../exports.ts';
import type { Network } from '../handed.ts';
import type { Setting } from '../setting.ts';

/** Where everything is: addresses, ways out, the groups that all share, names. */
export class NetworkStack extends Stack {
  readonly handed: Network;

  constructor(scope: Construct, id: string, setting: Setting, props: StackProps) {
    super(scope, id, props);
    const { application, environment } = setting.manifest;
    const { availabilityZones: zones, nat, endpoints: interfaces, flowLogs, region } = environment;
    const { cidr } = environment.network;
    const prefix = `${application}-${environment.name}`;

    const vpc = new CfnVPC(this, 'Vpc', {
      cidrBlock: cidr,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: [{ key: 'Name', value: prefix }],
    });
    const subnets = new Subnets(this, 'Subnets', { vpc, cidr, zones, nat, prefix });
    new AwsEndpoints(this, 'AwsEndpoints', { vpc, cidr, region, subnets, interfaces });
    const { ids: securityGroups } = new SharedGroups(this, 'Groups', vpc);
    const namespace = new CfnPrivateDnsNamespace(this, 'Namespace', { name: namespaceName(application), vpc: vpc.ref });
    if (flowLogs) new FlowLog(this, 'FlowLog', { vpc, setting });
    else {
      Validations.of(vpc).acknowledge({ id: 'AwsSolutions-VPC7', reason: 'The manifest says `flow-logs: false`.' });
    }

    this.handed = {
      vpc: vpc.ref,
      publicSubnets: subnets.public,
      appSubnets: subnets.app,
      dataSubnets: subnets.data,
      securityGroups,
      namespace: { id: namespace.attrId, name: namespaceName(application) },
    };
    exportAll(this, this.handed);
  }
}
