/** Networks of the account. Routes and gateways are not simulated. */
export type Ec2State = {
  readonly vpcs: Set<string>;
  readonly subnets: Map<string, Subnet>;
  readonly securityGroups: Map<string, SecurityGroup>;
};

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
};

/** AWS keeps five addresses of every subnet (docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html). */
const keptByAws = 5;

export function freeAddresses({ cidr, occupied }: Subnet): number {
  const prefix = Number(cidr.split('/')[1]);
  return Math.max(0, 2 ** (32 - prefix) - keptByAws - occupied);
}
