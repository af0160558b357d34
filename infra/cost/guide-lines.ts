import type { Service } from '../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../lib/core/manifest/select.ts';
import { cacheSize, databaseSize } from '../lib/sizes.ts';
import { type CostLine, priced } from './line.ts';
import { prices, priceTable } from './prices.ts';
import type { Usage } from './usage.ts';

const { hoursPerMonth: hours } = priceTable;

/** What the guide's table has lines for. */
export function guideLines(manifest: SelectedManifest, usage: Usage): readonly CostLine[] {
  return [
    ...taskLines([...manifest.services.values()]),
    ...(manifest.database === undefined ? [] : databaseLines(manifest, usage)),
    ...(manifest.cache === undefined ? [] : cacheLines(manifest)),
    priced('S3 + data transfer', 'objects', manifest.storage.size === 0 ? 0 : usage.objectsGb, prices.objects),
    priced('S3 + data transfer', 'data transfer out', usage.transferOutGb, prices.transferOut),
    ...(isPublic(manifest) ? loadBalancerLines(usage) : []),
    priced('CloudWatch Logs', 'logs of all services', usage.logsGb, prices.logs),
    priced('NAT Gateway', 'gateways', natGateways(manifest) * hours, prices.natGateway),
    priced('NAT Gateway', 'traffic', natGateways(manifest) === 0 ? 0 : usage.natGb, prices.natTraffic),
  ];
}

export function isPublic({ services }: SelectedManifest): boolean {
  return [...services.values()].some(({ ingress }) => ingress !== undefined);
}

export function natGateways({ environment: { nat, availabilityZones } }: SelectedManifest): number {
  if (nat === 'none') return 0;
  return nat === 'single' ? 1 : availabilityZones.length;
}

/** One pair of lines for each kind of capacity: a machine's architecture, on demand or spot. */
function taskLines(services: readonly Service[]): CostLine[] {
  const kinds = [false, true].flatMap((spot) => (['x86', 'arm64'] as const).map((machine) => ({ spot, machine })));
  return kinds.flatMap(({ spot, machine }) => {
    const alike = services.filter((service) => service.spot === spot && machineOf(service) === machine);
    const share = spot ? prices.fargate.spotShare : 1;
    const { cpu, memory } = prices.fargate[machine];
    const sum = (size: (service: Service) => number) =>
      alike.reduce((total, service) => total + service.desiredCount * size(service), 0);
    const name = `tasks on ${machine}${spot ? ', spot' : ''}`;
    return [
      priced('ECS Fargate', `${name}: vCPU`, sum((service) => service.cpu / 1024) * hours, reduced(cpu, share)),
      priced('ECS Fargate', `${name}: memory`, sum((service) => service.memory / 1024) * hours, reduced(memory, share)),
    ];
  });
}

function machineOf({ build: { platforms } }: Service): 'x86' | 'arm64' {
  return platforms[0] === 'linux/arm64' ? 'arm64' : 'x86';
}

function reduced<Of extends { readonly usd: number }>(price: Of, share: number): Of {
  return { ...price, usd: price.usd * share };
}

function databaseLines(manifest: SelectedManifest, usage: Usage): CostLine[] {
  const { instanceClass, instances } = databaseSize(manifest);
  const part = 'RDS Aurora PostgreSQL';
  return [
    priced(part, `instances, ${instanceClass}`, instances * hours, prices.auroraInstance.get(instanceClass)),
    priced(part, 'storage', usage.databaseGb, prices.auroraStorage),
    priced(part, 'requests to storage', usage.databaseRequestsMillion, prices.auroraRequests),
  ];
}

function cacheLines(manifest: SelectedManifest): CostLine[] {
  const { nodeType, nodes } = cacheSize(manifest);
  return [priced('ElastiCache Redis', `nodes, ${nodeType}`, nodes * hours, prices.cacheNode.get(nodeType))];
}

function loadBalancerLines({ capacityUnits }: Usage): CostLine[] {
  return [
    priced('ALB', 'load balancer', hours, prices.loadBalancer),
    priced('ALB', 'capacity units', capacityUnits * hours, prices.capacityUnit),
  ];
}
