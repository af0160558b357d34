import type { App, Stack } from 'aws-cdk-lib/core';
import type { Setting } from './setting.ts';
import { DataStack } from './stacks/data.ts';
import { DeliveryStack } from './stacks/delivery.ts';
import { EdgeStack } from './stacks/edge.ts';
import { MonitoringStack } from './stacks/monitoring.ts';
import { NetworkStack } from './stacks/network.ts';
import { PlatformStack } from './stacks/platform.ts';
import { RegistryStack } from './stacks/registry.ts';

/**
 * Every stack of one environment, in the order in which they are deployed. Registry and delivery need nothing of the
 * others, so that images can be pushed while the database is still being made. Repositories are shared by all environments
 * of an account, hence no environment in that stack's name.
 */
export function addStacks(app: App, setting: Setting): void {
  const { application, environment } = setting.whereabouts;
  const env = { account: setting.account, region: setting.region };
  const named = (part: string) => `${application}-${environment}-${part}`;

  new RegistryStack(app, `${application}-registry`, setting, { env });
  new DeliveryStack(app, named('delivery'), setting, { env });
  const network = new NetworkStack(app, named('network'), setting, { env });
  const data = new DataStack(app, named('data'), setting, network.handed, { env });
  const isPublic = [...setting.manifest.services.values()].some(({ ingress }) => ingress !== undefined);
  const inside = { network: network.handed, data: data.handed };
  const edge = isPublic ? new EdgeStack(app, named('edge'), setting, inside, { env }) : undefined;
  const below = { ...inside, edge: edge?.handed };
  const platform = new PlatformStack(app, named('platform'), setting, below, { env });
  const monitoring = new MonitoringStack(app, named('monitoring'), setting, below, { env });
  inOrder(network, data, ...(edge === undefined ? [] : [edge]), platform, monitoring);
}

function inOrder(...stacks: readonly Stack[]): void {
  for (const [index, stack] of stacks.entries()) if (index > 0) stack.addStackDependency(stacks[index - 1]!);
}
