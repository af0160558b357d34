import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Data, Edge } from '../handed.ts';
import type { Setting } from '../setting.ts';

type Watched = { readonly data: Data; readonly edge: Edge | undefined };

/** The last stack: when it stands, all stand, and the hash that it publishes says so. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, _setting: Setting, _watched: Watched, props: StackProps) {
    super(scope, id, props);
  }
}
