/** Networks of the account. Routes and gateways are not simulated. */
export type Ec2State = {
  readonly vpcs: Map<string, Vpc>;
  readonly subnets: Map<string, Subnet>;
  readonly securityGroups: Map<string, SecurityGroup>;
};

export type Vpc = { readonly id: string; readonly cidr: string; readonly defaultSecurityGroup: string };

export type Subnet = {
  readonly id: string;
  readonly vpc: string | undefined;
  readonly cidr: string;
  readonly zone: string;
  /** Addresses that something else than the simulated tasks has taken. */
  occupied: number;
};

export type SecurityGroup = {
  readonly id: string;
  readonly vpc: string | undefined;
  readonly name: string;
  readonly description: string;
  /** Told when asked; nothing is filtered by them. */
  readonly rules: Map<string, SecurityGroupRule>;
};

export type SecurityGroupRule = {
  readonly direction: 'ingress' | 'egress';
  /** `tcp`, `-1` for every protocol. */
  readonly protocol: string;
  readonly fromPort: number | undefined;
  readonly toPort: number | undefined;
  readonly peer: { readonly cidr: string } | { readonly group: string };
  readonly description: string | undefined;
};

/** AWS keeps five addresses of every subnet (docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html). */
const keptByAws = 5;

export function freeAddresses({ cidr, occupied }: Subnet): number {
  const prefix = Number(cidr.split('/')[1]);
  return Math.max(0, 2 ** (32 - prefix) - keptByAws - occupied);
}
