import type { Cloud, Ec2, Provisioned, ResourceMaker } from '../../cloud.ts';
import type { ServiceModule } from '../../operation.ts';

/** Networks only as identifiers: ECS refuses subnets and security groups that nobody made. */
export function createEc2(cloud: Cloud): ServiceModule<Ec2> {
  const subnets = new Set<string>();
  const securityGroups = new Set<string>();
  const random = cloud.random('ec2 ids');
  const maker =
    (prefix: string, attribute: string, remember?: Set<string>): ResourceMaker =>
    () => {
      const id = `${prefix}-0${random.text(16)}`;
      remember?.add(id);
      return { ref: id, attributes: { [attribute]: id } } satisfies Provisioned;
    };
  return {
    services: [],
    state: { subnets, securityGroups },
    resources: {
      'AWS::EC2::VPC': maker('vpc', 'VpcId'),
      'AWS::EC2::Subnet': maker('subnet', 'SubnetId', subnets),
      'AWS::EC2::SecurityGroup': maker('sg', 'GroupId', securityGroups),
    },
  };
}
