import type { Service } from '../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../lib/core/manifest/select.ts';
import { secretOf, variablesOf } from '../lib/policies/secrets.ts';
import { cacheSize, databaseSize } from '../lib/sizes.ts';
import { type CostLine, priced } from './line.ts';
import { forgotten } from './guide.ts';
import { isPublic, natGateways } from './guide-lines.ts';
import { type Price, prices, priceTable } from './prices.ts';
import type { Usage } from './usage.ts';

const { hoursPerMonth: hours } = priceTable;

/** AWS's managed groups and the limit per address; interface endpoints that tasks need to start. */
export const firewallRuleCount = 5;
export const endpointCount = 5;

/** What the guide has no line for. */
export function forgottenLines(manifest: SelectedManifest, usage: Usage): readonly CostLine[] {
  const { environment, services } = manifest;
  const tasks = [...services.values()].reduce((sum, { desiredCount }) => sum + desiredCount, 0);
  const zones = environment.availabilityZones.length;
  const firewall = isPublic(manifest) && environment.firewall !== undefined ? 1 : 0;
  const addresses = natGateways(manifest) + (isPublic(manifest) ? zones : 0);
  return [
    line('public IPv4 addresses', addresses * hours, prices.publicAddress),
    line('WAF', firewall, prices.webAcl),
    line('rules of WAF', firewall * firewallRuleCount, prices.webRule),
    line('requests through WAF', firewall * usage.requestsMillion, prices.webRequests),
    line('Container Insights', usage.clusterMetrics + usage.metricsPerService * services.size, prices.metric),
    line('secrets', secretCount(manifest), prices.secret),
    line('alarms', alarmCount(manifest), prices.alarm),
    line('images', usage.imagesGbPerService * services.size, prices.images),
    line('names in Cloud Map', tasks, prices.instanceInNamespace),
    line('private zone of these names', 1, prices.privateZone),
    line('flow logs', environment.flowLogs ? usage.flowLogsGb : 0, prices.logs),
    line('interface endpoints', environment.endpoints ? endpointCount * zones * hours : 0, prices.endpoint),
    line('key of its own', environment.encryption === 'cmk' ? 1 : 0, prices.key),
  ];
}

/** Those that the infrastructure declares; what config-env composes from them comes with the first release. */
export function secretCount(manifest: SelectedManifest): number {
  return declaredSecretCount(manifest) + derivedSecretCount(manifest);
}

export function declaredSecretCount({ database, cache, secrets }: SelectedManifest): number {
  const names = [database?.secret, cache?.secret, ...secrets.keys()].filter((name) => name !== undefined);
  return new Set(names.filter((name) => !name.startsWith('arn:'))).size;
}

export function alarmCount(manifest: SelectedManifest): number {
  const { environment, services, database, cache } = manifest;
  if (!environment.alarms.enabled) return 0;
  const ofDatabase = databaseSize(manifest).instanceClass.startsWith('db.t') ? 2 : 1;
  const shared = (database ? ofDatabase : 0) + (cache ? cacheSize(manifest).nodes : 0) + (isPublic(manifest) ? 2 : 0);
  return services.size + shared;
}

function derivedSecretCount(manifest: SelectedManifest): number {
  const derivedOf = (service: Service) =>
    variablesOf(service).filter(
      (variable) =>
        variable.kind === 'template' && variable.pieces.some((piece) => secretOf(piece, manifest).length > 0),
    ).length;
  return [...manifest.services.values()].reduce((sum, service) => sum + derivedOf(service), 0);
}

function line(item: string, quantity: number, price: Price): CostLine {
  return priced(forgotten, item, quantity, price);
}
