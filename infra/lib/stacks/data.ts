import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Data, Network } from '../handed.ts';
import type { Setting } from '../setting.ts';

export class DataStack extends Stack {
  readonly handed: Data;

  constructor(scope: Construct, id: string, _setting: Setting, _network: Network, props: StackProps) {
    super(scope, id, props);
    this.handed = { database: undefined, cache: undefined };
  }
}
