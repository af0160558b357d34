import { Stack, type StackProps } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { addCluster, capacityProviders } from '../constructs/cluster.ts';
import { publishContract } from '../constructs/published-contract.ts';
import { ServiceFoundation } from '../constructs/service-foundation.ts';
import { ServiceGroups } from '../constructs/service-groups.ts';
import type { Data, Edge, Network } from '../handed.ts';
import { listenerPriorities } from '../listener-priorities.ts';
import type { Setting } from '../setting.ts';

type Below = { readonly network: Network; readonly data: Data; readonly edge: Edge | undefined };

/** Where services run, everything that is one service's own, and the contract that says so to the actions. */
export class PlatformStack extends Stack {
  constructor(scope: Construct, id: string, setting: Setting, below: Below, props: StackProps) {
    super(scope, id, props);
    const services = setting.manifest.services;
    const cluster = addCluster(this, setting.whereabouts).ref;
    const groups = new ServiceGroups(this, 'Groups', services, below.network);
    const priorities = listenerPriorities([...services.values()].flatMap(({ ingress }) => ingress ?? []));
    const foundations = new Construct(this, 'Services');
    const contracts = new Map(
      [...services].map(([name, service]) => {
        const securityGroup = groups.of(service).id;
        const priority = service.ingress === undefined ? undefined : priorities.get(service.ingress);
        const foundation = new ServiceFoundation(foundations, service, { setting, ...below, securityGroup, priority });
        return [name, foundation.contract];
      }),
    );
    const { vpc, appSubnets: subnets, namespace, securityGroups } = below.network;
    publishContract(this, setting, {
      account: setting.account,
      region: setting.region,
      cluster: { name: cluster, capacityProviders },
      network: { vpc, subnets, assignPublicIp: 'DISABLED', namespace: namespace.name },
      services: contracts,
      // They reach the database, as private services do.
      migrations: { securityGroups: [securityGroups.services] },
    });
  }
}
