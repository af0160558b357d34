import { App, Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { parseManifest } from '../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../lib/core/manifest/select.ts';
import type { Data, Edge, Network } from '../lib/handed.ts';
import { settingOf, type Setting } from '../lib/setting.ts';
import { DataStack } from '../lib/stacks/data.ts';
import { DeliveryStack } from '../lib/stacks/delivery.ts';
import { EdgeStack } from '../lib/stacks/edge.ts';
import { MonitoringStack } from '../lib/stacks/monitoring.ts';
import { NetworkStack } from '../lib/stacks/network.ts';
import { PlatformStack } from '../lib/stacks/platform.ts';
import { RegistryStack } from '../lib/stacks/registry.ts';
import { context } from './feature-flags.ts';
import { variedManifest, type Change } from './varied.ts';

/** One stack by itself, with what the others would hand it written out: a fraction of the time that the whole app takes. */
export const alone = {
  registry: (...changes: readonly Change[]) =>
    template(changes, (app, setting, props) => new RegistryStack(app, 'registry', setting, props)),
  delivery: (...changes: readonly Change[]) =>
    template(changes, (app, setting, props) => new DeliveryStack(app, 'delivery', setting, props)),
  data: (...changes: readonly Change[]) =>
    template(changes, (app, setting, props) => new DataStack(app, 'data', setting, network, props)),
  network: (...changes: readonly Change[]) =>
    template(changes, (app, setting, props) => new NetworkStack(app, 'network', setting, props)),
  edge: (...changes: readonly Change[]) =>
    template(changes, (app, setting, props) => {
      const data = dataOf(setting, keyOf(setting));
      return new EdgeStack(app, 'edge', setting, { network, data }, props);
    }),
  platform: (...changes: readonly Change[]) =>
    template(changes, (app, setting, props) => {
      const isPublic = [...setting.manifest.services.values()].some(({ ingress }) => ingress !== undefined);
      const below = { network, data: dataOf(setting, keyOf(setting)), edge: isPublic ? publicEdge : undefined };
      return new PlatformStack(app, 'platform', setting, below, props);
    }),
  monitoring: (changes: readonly Change[] = [], { key, edge = publicEdge }: Given = {}) =>
    template(changes, (app, setting, props) => {
      const watched = { data: dataOf(setting, key), edge: edge ?? undefined };
      return new MonitoringStack(app, 'monitoring', setting, watched, props);
    }),
};

type Given = { readonly key?: string; readonly edge?: Edge | null };
type Props = { readonly env: { readonly account: string; readonly region: string } };

function template(changes: readonly Change[], make: (app: App, setting: Setting, props: Props) => Stack): Template {
  const manifest = selectEnvironment(parseManifest(variedManifest(...changes)), 'prod');
  const setting = settingOf(manifest, { hash: 'h', registryHash: 'r', commit: 'c' });
  const { account, region } = setting;
  const app = new App({ context, builtinCloudFormationValidation: false });
  return Template.fromStack(make(app, setting, { env: { account, region } }));
}

function dataOf({ manifest }: Setting, key: string | undefined): Data {
  return { key, database: manifest.database && database, cache: manifest.cache && cache };
}

function keyOf({ account, region, manifest }: Setting): string | undefined {
  const key = `arn:aws:kms:${region}:${account}:key/00000000-0000-4000-8000-000000000000`;
  return manifest.environment.encryption === 'cmk' ? key : undefined;
}

/** Ids as other stacks hand them on. */
export const network: Network = {
  vpc: 'vpc-0123456789abcdef0',
  publicSubnets: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  appSubnets: ['subnet-0123456789abcdef2', 'subnet-0123456789abcdef3'],
  dataSubnets: ['subnet-0123456789abcdef4', 'subnet-0123456789abcdef5'],
  securityGroups: {
    loadBalancer: 'sg-0123456789abcdef0',
    services: 'sg-0123456789abcdef1',
    database: 'sg-0123456789abcdef2',
    cache: 'sg-0123456789abcdef3',
  },
  namespace: { id: 'ns-0123456789abcdef', name: 'smartboard.internal' },
};
const database: Data['database'] = { cluster: 'smartboard-prod' };
const cache: Data['cache'] = { replicationGroup: 'smartboard-prod' };
const publicEdge: Edge = {
  httpsListener: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/smartboard-prod/0/1',
  loadBalancer: 'app/smartboard-prod/0123456789abcdef',
  dnsName: 'smartboard-prod.eu-west-1.elb.amazonaws.com',
};
