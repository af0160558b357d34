import type { Cloud, Provisioned, Resource } from '../../cloud.ts';
import { databaseClusterProperties } from '../../services/rds/index.ts';
import { type Database, startDatabase } from './database.ts';
import { openFrontDoor } from './front-door.ts';
import type { Network } from './network.ts';

/** What resources get from a driver whose tasks are real: something that answers. */
export type AttachWorld = {
  readonly cloud: { readonly discovery: Pick<Cloud['discovery'], 'fix'>; readonly elb: Pick<Cloud['elb'], 'route'> };
  readonly network: Network;
  /** The port asked for, once; then 0, any free one. */
  takeFrontDoorPort(): number;
  /** Databases by the name of their writer. */
  readonly databases: Map<string, Pick<Database, 'changePassword'>>;
  closeWith(part: { close(): Promise<void> }): void;
};

type Attach = (resource: Resource, made: Provisioned, world: AttachWorld) => Promise<Provisioned['attributes']>;

/** By resource type; answers further attributes of the resource. */
export const attachments: Readonly<Record<string, Attach>> = {
  'AWS::RDS::DBCluster': attachDatabase,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': attachFrontDoor,
};

/** A PostgreSQL at an address of the run, under the cluster's names. */
async function attachDatabase({ properties }: Resource, { attributes }: Provisioned, world: AttachWorld) {
  const { MasterUsername, MasterUserPassword, DatabaseName, Port } = databaseClusterProperties.parse(properties);
  const address = world.network.lease();
  const database = await startDatabase({
    endpoint: world.network.bindFor(address, Port),
    user: MasterUsername,
    password: MasterUserPassword,
    database: DatabaseName,
  });
  world.closeWith(database);
  world.databases.set(attributes['Endpoint.Address']!, database);
  world.network.publish(address, Port, database.endpoint.port);
  for (const name of ['Endpoint.Address', 'ReadEndpoint.Address'])
    world.cloud.discovery.fix(attributes[name]!, address);
  return {};
}

/** `FrontDoor`: where a browser on this machine finds the load balancer. */
async function attachFrontDoor(_resource: Resource, { ref }: Provisioned, world: AttachWorld) {
  const { cloud, network } = world;
  const port = world.takeFrontDoorPort();
  const door = await openFrontDoor({ loadBalancerArn: ref, port, elb: cloud.elb, network });
  world.closeWith(door);
  return { FrontDoor: door.url };
}
