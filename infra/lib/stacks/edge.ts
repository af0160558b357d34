import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Edge, Network } from '../handed.ts';
import type { Setting } from '../setting.ts';

/** The way in from the internet; made only when a service has an ingress. */
export class EdgeStack extends Stack {
  readonly handed: Edge;

  constructor(scope: Construct, id: string, _setting: Setting, _network: Network, props: StackProps) {
    super(scope, id, props);
    this.handed = { httpsListener: '', loadBalancer: '', dnsName: '' };
  }
}
