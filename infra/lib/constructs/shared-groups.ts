import { CfnSecurityGroup, type CfnSecurityGroupProps, type CfnVPC } from 'aws-cdk-lib/aws-ec2';
import { Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Network } from '../handed.ts';
import { admit } from './admit.ts';

/**
 * The groups that live as long as the network. Those of database, cache and load balancer are there even when the manifest
 * has none of these: a group that another stack still imports could not be removed together with its reason.
 */
export class SharedGroups extends Construct {
  readonly ids: Network['securityGroups'];

  constructor(scope: Construct, id: string, vpc: CfnVPC) {
    super(scope, id);
    const loadBalancer = this.loadBalancer(vpc);
    const services = this.group(vpc, 'sg-services', 'Private services and migrations');
    const database = this.group(vpc, 'sg-rds', 'The database', noWayOut);
    const cache = this.group(vpc, 'sg-redis', 'The cache', noWayOut);
    admit(this, { from: services, to: database, ports: 5432, why: 'Private services and migrations use the database' });
    admit(this, { from: services, to: cache, ports: 6379, why: 'Private services use the cache' });
    this.ids = { loadBalancer: loadBalancer.id, services: services.id, database: database.id, cache: cache.id };
  }

  private loadBalancer(vpc: CfnVPC) {
    const group = this.group(vpc, 'sg-alb', 'The load balancer; its ways to services are beside the services', {
      ...noWayOut,
      securityGroupIngress: [fromAnywhere(443, 'HTTPS'), fromAnywhere(80, 'HTTP, only to be sent to HTTPS')],
    });
    Validations.of(group.resource).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'The load balancer is what the internet may reach; port 80 only redirects.',
    });
    return group;
  }

  private group(vpc: CfnVPC, name: string, groupDescription: string, rules: Rules = {}) {
    const resource = new CfnSecurityGroup(this, name, {
      vpcId: vpc.ref,
      groupDescription,
      // The name is a tag: EC2 refuses group names that begin with `sg-`, and a fixed name could not be replaced.
      tags: [{ key: 'Name', value: name }],
      ...rules,
    });
    return { name, id: resource.attrGroupId, resource };
  }
}

function fromAnywhere(port: number, description: string) {
  return { ipProtocol: 'tcp', fromPort: port, toPort: port, cidrIp: '0.0.0.0/0', description };
}

type Rules = Partial<Pick<CfnSecurityGroupProps, 'securityGroupIngress' | 'securityGroupEgress'>>;

/** EC2 lets everything out of a group that names no way out; a way to nowhere is how one says none. */
const noWayOut = {
  securityGroupEgress: [
    { ipProtocol: 'icmp', fromPort: 252, toPort: 86, cidrIp: '255.255.255.255/32', description: 'No way out' },
  ],
};
