import type { Service } from '../../lib/core/manifest/model.ts';
import { namespaceName } from '../../lib/core/names.ts';
import type { Provisioned, Resource, SimulatedAws } from '../simulated-aws.ts';
import type { RoleScope } from './roles.ts';

/** Network, load balancer and names, as infrastructure would make them. */
export type Network = {
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly securityGroups: { readonly web: string; readonly gateway: string; readonly services: string };
  readonly namespace: string;
  /** Target group ARN by service with an ingress. */
  readonly targetGroups: ReadonlyMap<string, string>;
  /** Cloud Map service ARN by service with a port. */
  readonly registries: ReadonlyMap<string, string>;
  /** Where the load balancer answers on this machine; undefined without a front door. */
  readonly frontDoor: string | undefined;
};

export async function provisionNetwork(
  aws: Pick<SimulatedAws, 'provision'>,
  scope: RoleScope,
  services: readonly Service[],
): Promise<Network> {
  const vpc = refs(await aws.provision([vpcResource]))('vpc');
  const ids = refs(await aws.provision(subnetResources(scope, vpc)));
  const groups = refs(
    await aws.provision(['alb', 'web', 'gateway', 'services'].map((name) => securityGroup(name, vpc))),
  );
  const subnets = [ids('subnetA'), ids('subnetB')];
  const edge = await provisionLoadBalancer(aws, { vpc, subnets, securityGroup: groups('sgAlb') }, scope, services);
  const names = await provisionNames(aws, vpc, scope, services);
  return {
    vpc,
    subnets,
    securityGroups: { web: groups('sgWeb'), gateway: groups('sgGateway'), services: groups('sgServices') },
    ...edge,
    ...names,
  };
}

const vpcResource: Resource = { id: 'vpc', type: 'AWS::EC2::VPC', properties: { CidrBlock: '10.0.0.0/16' } };

function subnetResources({ region }: RoleScope, vpc: string): Resource[] {
  const subnet = (letter: string, third: number): Resource => ({
    id: `subnet${letter.toUpperCase()}`,
    type: 'AWS::EC2::Subnet',
    properties: { VpcId: vpc, CidrBlock: `10.0.${third}.0/24`, AvailabilityZone: `${region}${letter}` },
  });
  return [subnet('a', 10), subnet('b', 11)];
}

function securityGroup(name: string, vpc: string): Resource {
  return {
    id: `sg${name[0]!.toUpperCase()}${name.slice(1)}`,
    type: 'AWS::EC2::SecurityGroup',
    properties: { GroupName: `sg-${name}`, GroupDescription: `sg-${name}`, VpcId: vpc },
  };
}

async function provisionLoadBalancer(
  aws: Pick<SimulatedAws, 'provision'>,
  { vpc, subnets, securityGroup: group }: { vpc: string; subnets: readonly string[]; securityGroup: string },
  { application }: RoleScope,
  services: readonly Service[],
): Promise<Pick<Network, 'targetGroups' | 'frontDoor'>> {
  const public_ = services.filter((service) => service.ingress !== undefined && service.port !== undefined);
  const made = await aws.provision([
    {
      id: 'loadBalancer',
      type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      properties: { Name: application, Type: 'application', Subnets: subnets, SecurityGroups: [group] },
    },
    ...public_.map((service) => targetGroup(service, vpc)),
  ]);
  const of = refs(made);
  const everything = public_.find((service) => service.ingress === '/*');
  const listener = refs(
    await aws.provision([listenerOf(of('loadBalancer'), everything && of(`tg-${everything.name}`))]),
  );
  const rules = public_.filter((service) => service !== everything);
  await aws.provision(
    rules.map((service, index) => rule(listener('listener'), of(`tg-${service.name}`), service.ingress!, index + 1)),
  );
  return {
    targetGroups: new Map(public_.map(({ name }) => [name, of(`tg-${name}`)])),
    frontDoor: made['loadBalancer']?.attributes['FrontDoor'],
  };
}

function targetGroup({ name, port, healthCheck }: Service, vpc: string): Resource {
  return {
    id: `tg-${name}`,
    type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    properties: {
      Name: `tg-${name}`,
      Port: port,
      Protocol: 'HTTP',
      TargetType: 'ip',
      VpcId: vpc,
      HealthCheckPath: healthCheck?.path ?? '/health/ready',
      HealthCheckIntervalSeconds: 10,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
      TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }],
    },
  };
}

function listenerOf(loadBalancer: string, fallback: string | undefined): Resource {
  const action =
    fallback === undefined
      ? { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }
      : { Type: 'forward', TargetGroupArn: fallback };
  return {
    id: 'listener',
    type: 'AWS::ElasticLoadBalancingV2::Listener',
    properties: { LoadBalancerArn: loadBalancer, Port: 443, Protocol: 'HTTPS', DefaultActions: [action] },
  };
}

function rule(listener: string, target: string, path: string, priority: number): Resource {
  return {
    id: `rule${priority}`,
    type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    properties: {
      ListenerArn: listener,
      Priority: priority,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [path] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: target }],
    },
  };
}

async function provisionNames(
  aws: Pick<SimulatedAws, 'provision'>,
  vpc: string,
  { application }: RoleScope,
  services: readonly Service[],
) {
  const namespace = namespaceName(application);
  const made = refs(
    await aws.provision([
      {
        id: 'namespace',
        type: 'AWS::ServiceDiscovery::PrivateDnsNamespace',
        properties: { Name: namespace, Vpc: vpc },
      },
    ]),
  );
  const named = services.filter((service) => service.port !== undefined);
  const registered = await aws.provision(
    named.map(({ name }): Resource => ({
      id: name,
      type: 'AWS::ServiceDiscovery::Service',
      properties: {
        Name: name,
        NamespaceId: made('namespace'),
        DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 10 }] },
        HealthCheckCustomConfig: { FailureThreshold: 1 },
      },
    })),
  );
  return { namespace, registries: new Map(named.map(({ name }) => [name, registered[name]?.attributes['Arn'] ?? ''])) };
}

function refs(made: Readonly<Record<string, Provisioned>>): (id: string) => string {
  return (id) => {
    const found = made[id];
    if (found === undefined) throw new Error(`The embedded AWS did not say what it made of ${id}.`);
    return found.ref;
  };
}
