import { Stack, type StackProps } from 'aws-cdk-lib/core';
import { CfnVPC } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Network } from '../handed.ts';
import type { Setting } from '../setting.ts';

export class NetworkStack extends Stack {
  readonly handed: Network;

  constructor(scope: Construct, id: string, _setting: Setting, props: StackProps) {
    super(scope, id, props);
    const vpc = new CfnVPC(this, 'Vpc', { cidrBlock: '10.0.0.0/16' });
    this.handed = {
      vpc: vpc.ref,
      publicSubnets: [],
      appSubnets: [],
      dataSubnets: [],
      securityGroups: { loadBalancer: '', services: '', database: '', cache: '' },
      namespace: { id: '', name: '' },
    };
  }
}
