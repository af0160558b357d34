import type { Cloud, Ec2 } from '../../cloud.ts';
import type { ServiceModule } from '../../operation.ts';
import { ec2Operations } from './operations.ts';
import { ec2Resources } from './resources.ts';
import type { Ec2State } from './state.ts';

/** Networks, as far as tasks are put into them: ECS refuses subnets and security groups that nobody made. */
export function createEc2(cloud: Cloud): ServiceModule<Ec2> {
  const state: Ec2State = { vpcs: new Map(), subnets: new Map(), securityGroups: new Map() };
  return {
    services: [
      {
        name: 'ec2',
        protocol: 'ec2',
        target: '2016-11-15',
        validationError: 'InvalidParameterValue',
        operations: ec2Operations(cloud, state),
      },
    ],
    state: {
      subnets: state.subnets,
      securityGroups: state.securityGroups,
      occupy(id, addresses) {
        const subnet = state.subnets.get(id);
        if (subnet === undefined) throw new Error(`There is no subnet ${id}.`);
        subnet.occupied += addresses;
      },
    },
    resources: ec2Resources(cloud, state),
  };
}
