import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Setting } from '../setting.ts';

export class DeliveryStack extends Stack {
  constructor(scope: Construct, id: string, _setting: Setting, props: StackProps) {
    super(scope, id, props);
  }
}
