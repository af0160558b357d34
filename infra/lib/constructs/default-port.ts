import { Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** The guide names these ports; what keeps people out is the security group, not an unusual number. */
export function acceptDefaultPort(construct: Construct, rule: string): void {
  Validations.of(construct).acknowledge({
    id: rule,
    reason: 'The migration guide fixes the port. Only sg-services reaches it, in subnets without a way out.',
  });
}
