import type { App, Stack, StackProps } from 'aws-cdk-lib/core';
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
  const props: StackProps = {
    env: { account: setting.account, region: setting.region },
    terminationProtection: setting.manifest.environment.protection,
    // As large as it is, and not half as large again: below 51,200 bytes any tool can deploy a template as it stands.
    suppressTemplateIndentation: true,
  };
  const named = (part: string) => `${application}-${environment}-${part}`;

  new RegistryStack(app, `${application}-registry`, setting, props);
  new DeliveryStack(app, named('delivery'), setting, props);
  const network = new NetworkStack(app, named('network'), setting, props);
  const data = new DataStack(app, named('data'), setting, network.handed, props);
  const isPublic = [...setting.manifest.services.values()].some(({ ingress }) => ingress !== undefined);
  const inside = { network: network.handed, data: data.handed };
  const edge = isPublic ? new EdgeStack(app, named('edge'), setting, inside, props) : undefined;
  const below = { ...inside, edge: edge?.handed };
  const platform = new PlatformStack(app, named('platform'), setting, below, props);
  const monitoring = new MonitoringStack(app, named('monitoring'), setting, below, props);
  inOrder(network, data, ...(edge === undefined ? [] : [edge]), platform, monitoring);
}

function inOrder(...stacks: readonly Stack[]): void {
  for (const [index, stack] of stacks.entries()) if (index > 0) stack.addStackDependency(stacks[index - 1]!);
}
