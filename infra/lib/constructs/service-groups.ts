import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Service } from '../../../lib/core/manifest/model.ts';
import { callsOf, privatePorts, type End } from '../calls.ts';
import type { Network } from '../handed.ts';
import { admit, admitFromClosed, type Group } from './admit.ts';

/** A group for each public service beside the one that private services share, and who may call whom. */
export class ServiceGroups extends Construct {
  private readonly private: Group;
  private readonly public: ReadonlyMap<string, Group>;

  constructor(scope: Construct, id: string, services: ReadonlyMap<string, Service>, network: Network) {
    super(scope, id);
    const { vpc, securityGroups } = network;
    const balancer: Group = { name: 'sg-alb', id: securityGroups.loadBalancer };
    this.private = { name: 'sg-services', id: securityGroups.services };
    const open = [...services.values()].filter(({ ingress }) => ingress !== undefined);
    this.public = new Map(open.map(({ name }) => [name, this.group(name, vpc)]));

    for (const service of open) {
      const to = this.of(service);
      admitFromClosed(this, { from: balancer, to, ports: service.port!, why: `Requests to ${service.name}` });
    }
    const range = privatePorts(services);
    if (range !== undefined) {
      admit(this, { from: this.private, to: this.private, ports: range, why: 'Private services call each other' });
    }
    for (const [caller, callee] of callsOf(services)) {
      const ports = callee.kind === 'public' ? callee.service.port : range;
      const [from, to] = [this.at(caller), this.at(callee)];
      if (ports !== undefined) admit(this, { from, to, ports, why: 'A variable says where it is' });
    }
  }

  /** The group of a service's tasks. */
  of(service: Service): Group {
    return this.public.get(service.name) ?? this.private;
  }

  private at(end: End): Group {
    return end.kind === 'public' ? this.of(end.service) : this.private;
  }

  private group(service: string, vpcId: string): Group {
    const name = `sg-${service}`;
    const { attrGroupId: id } = new CfnSecurityGroup(this, name, {
      vpcId,
      groupDescription: `Tasks of ${service}`,
      tags: [{ key: 'Name', value: name }],
    });
    return { name, id };
  }
}
