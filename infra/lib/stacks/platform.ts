import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Data, Edge, Network } from '../handed.ts';
import type { Setting } from '../setting.ts';

type Below = { readonly network: Network; readonly data: Data; readonly edge: Edge | undefined };

/** Where services run, and everything that is one service's own. */
export class PlatformStack extends Stack {
  constructor(scope: Construct, id: string, _setting: Setting, { network }: Below, props: StackProps) {
    super(scope, id, { ...props, description: network.namespace.name });
  }
}
