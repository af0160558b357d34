import { invalidParameter } from './errors.ts';
import type { NetworkConfiguration } from './shapes.ts';
import type { Ecs } from './state.ts';

/** Subnets and security groups must exist, once the account has any. */
export function checkNetwork(ecs: Ecs, { awsvpcConfiguration }: NetworkConfiguration): void {
  const { subnets, securityGroups } = ecs.cloud.ec2;
  const unknownSubnet = awsvpcConfiguration.subnets.find((id) => subnets.size > 0 && !subnets.has(id));
  if (unknownSubnet !== undefined)
    throw invalidParameter(
      `Error retrieving subnet information for [${unknownSubnet}]: The subnet ID '${unknownSubnet}' does not exist ` +
        '(ErrorCode: InvalidSubnetID.NotFound)',
    );
  const unknownGroup = awsvpcConfiguration.securityGroups.find(
    (id) => securityGroups.size > 0 && !securityGroups.has(id),
  );
  if (unknownGroup !== undefined)
    throw invalidParameter(
      `Error retrieving security group information for [${unknownGroup}]: The security group '${unknownGroup}' does ` +
        'not exist (ErrorCode: InvalidGroup.NotFound)',
    );
}
