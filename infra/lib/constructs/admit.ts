import { CfnSecurityGroupEgress, CfnSecurityGroupIngress } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** A security group and the name it goes by, e.g. `sg-services`. */
export type Group = { readonly name: string; readonly id: string };

export type Admission = {
  readonly from: Group;
  readonly to: Group;
  readonly ports: number | { readonly from: number; readonly to: number };
  readonly why: string;
};

/** Lets one group call another. Rules between groups are resources of their own, so that groups may know each other. */
export function admit(scope: Construct, { from, to, ports, why }: Admission): void {
  new CfnSecurityGroupIngress(scope, `${from.name} to ${to.name}`, {
    groupId: to.id,
    sourceSecurityGroupId: from.id,
    ...range(ports),
    description: why,
  });
}

/** The same for a group that nothing may leave otherwise: both sides are told. */
export function admitFromClosed(scope: Construct, admission: Admission): void {
  admit(scope, admission);
  const { from, to, ports, why } = admission;
  new CfnSecurityGroupEgress(scope, `out of ${from.name} to ${to.name}`, {
    groupId: from.id,
    destinationSecurityGroupId: to.id,
    ...range(ports),
    description: why,
  });
}

function range(ports: Admission['ports']) {
  const { from, to } = typeof ports === 'number' ? { from: ports, to: ports } : ports;
  return { ipProtocol: 'tcp', fromPort: from, toPort: to };
}
