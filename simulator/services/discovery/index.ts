import { z } from 'zod';
import type { Cloud, Discovery, ResourceProvider } from '../../cloud.ts';
import { AwsError, operation } from '../../operation.ts';
import type { ServiceModule } from '../../operation.ts';
import { page } from '../page.ts';

type Namespace = { readonly id: string; readonly name: string };
type CloudMapService = {
  readonly id: string;
  readonly name: string;
  readonly namespaceId: string;
  readonly namespace: string;
  readonly instances: Map<string, string>;
};

const servicesPerPage = 100;

const namespaceProperties = z.looseObject({ Name: z.string(), Vpc: z.string().optional() });
const serviceProperties = z.looseObject({
  Name: z.string(),
  NamespaceId: z.string().optional(),
  DnsConfig: z.looseObject({ NamespaceId: z.string().optional() }).optional(),
});

/** At most this many addresses answer one question, as Cloud Map's multivalue records do. */
const answeredAddresses = 8;

/** Cloud Map: private DNS namespaces whose names resolve to the tasks of a service. */
export function createDiscovery(cloud: Cloud): ServiceModule<Discovery> {
  const namespaces = new Map<string, Namespace>();
  const services = new Map<string, CloudMapService>();
  const fixed = new Map<string, string>();
  const random = cloud.random('cloud map ids');
  const newId = (prefix: string) => `${prefix}-${random.text(16, 'abcdefghijklmnopqrstuvwxyz234567')}`;
  const arn = (kind: string, id: string) => `arn:aws:servicediscovery:${cloud.region}:${cloud.account}:${kind}/${id}`;

  const namespaceProvider: ResourceProvider = {
    fixed: ['Name', 'Vpc'],
    create(properties) {
      const { Name } = namespaceProperties.parse(properties);
      const id = newId('ns');
      namespaces.set(id, { id, name: Name });
      return {
        ref: id,
        attributes: { Id: id, Arn: arn('namespace', id), HostedZoneId: `Z${id.slice(3).toUpperCase()}` },
      };
    },
    update: ({ made }) => made,
    remove({ ref }) {
      if ([...services.values()].some(({ namespaceId }) => namespaceId === ref))
        throw new AwsError('ResourceInUse', `The namespace ${ref} still has services.`);
      namespaces.delete(ref);
    },
  };

  const serviceProvider: ResourceProvider = {
    fixed: ['Name', 'NamespaceId', 'HealthCheckCustomConfig', 'Type'],
    create(properties) {
      const { Name, NamespaceId, DnsConfig } = serviceProperties.parse(properties);
      const namespace = namespaces.get(NamespaceId ?? DnsConfig?.NamespaceId ?? '');
      if (namespace === undefined)
        throw new AwsError('NamespaceNotFound', `The Cloud Map service ${Name} names a namespace that does not exist.`);
      const id = newId('srv');
      const made = { id, name: Name, namespaceId: namespace.id, namespace: namespace.name, instances: new Map() };
      services.set(arn('service', id), made);
      return { ref: id, attributes: { Id: id, Arn: arn('service', id), Name } };
    },
    update: ({ made }) => made,
    remove({ ref }) {
      const key = arn('service', ref);
      if ((services.get(key)?.instances.size ?? 0) > 0)
        throw new AwsError(
          'ResourceInUse',
          'Service contains registered instances; delete the instances before deleting the service',
        );
      services.delete(key);
    },
  };

  const addressesOf = (name: string) =>
    [...services.values()]
      .filter((service) => `${service.name}.${service.namespace}` === name)
      .flatMap(({ instances }) => [...instances.values()]);

  const listServices = operation({
    input: z.strictObject({
      MaxResults: z.number().int().min(1).max(servicesPerPage).default(servicesPerPage),
      NextToken: z.string().optional(),
    }),
    run({ MaxResults, NextToken }) {
      const { items, next } = page([...services], MaxResults, NextToken, 'InvalidInput');
      const summaries = items.map(([Arn, { id, name }]) => ({ Arn, Id: id, Name: name, Type: 'DNS_HTTP' }));
      return { Services: summaries, NextToken: next };
    },
  });

  return {
    services: [
      {
        name: 'servicediscovery',
        protocol: 'json-1.1',
        target: 'Route53AutoNaming_v20170314',
        validationError: 'InvalidInput',
        operations: { ListServices: listServices },
      },
    ],
    state: {
      service: (serviceArn) => services.get(serviceArn),
      register: (serviceArn, instanceId, address) => void services.get(serviceArn)?.instances.set(instanceId, address),
      deregister: (serviceArn, instanceId) => void services.get(serviceArn)?.instances.delete(instanceId),
      fix: (name, address) => void fixed.set(name.toLowerCase(), address),
      resolve(name) {
        const wanted = name.toLowerCase().replace(/\.$/, '');
        const address = fixed.get(wanted);
        return address === undefined ? addressesOf(wanted).slice(0, answeredAddresses) : [address];
      },
    },
    resources: {
      'AWS::ServiceDiscovery::PrivateDnsNamespace': namespaceProvider,
      'AWS::ServiceDiscovery::Service': serviceProvider,
    },
  };
}
