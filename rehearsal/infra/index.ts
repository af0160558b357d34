import { contractParameters, contractPrefix, type Contract, type ServiceContract } from '../../lib/core/contract.ts';
import type { SelectedManifest } from '../../lib/core/manifest/select.ts';
import type { Service } from '../../lib/core/manifest/model.ts';
import type { Resource, SimulatedAws } from '../simulated-aws.ts';
import { provisionData, type Data } from './data.ts';
import { provisionNetwork, type Network } from './network.ts';
import { buildRole, deployRole, executionRole, roleArn, taskRole, type RoleScope } from './roles.ts';

/** What the CDK app would have deployed, made in the embedded AWS, and the contract that tells the actions about it. */
export type Infrastructure = {
  readonly scope: RoleScope;
  readonly buildRole: string;
  readonly deployRole: string;
  readonly frontDoor: string | undefined;
  readonly notSimulated: readonly string[];
};

export type InfrastructureOptions = {
  readonly repository: string;
  readonly driver: 'process' | 'model';
  readonly missingSecrets: readonly string[];
};

export async function provisionInfrastructure(
  aws: Pick<SimulatedAws, 'provision'>,
  manifest: SelectedManifest,
  { repository, driver, missingSecrets }: InfrastructureOptions,
): Promise<Infrastructure> {
  const { application, environment } = manifest;
  const scope: RoleScope = {
    application,
    environment: environment.name,
    account: environment.account,
    region: environment.region,
    repository,
  };
  const services = [...manifest.services.values()];
  const buckets = [...manifest.storage.values()].map((storage) => storage.bucket);
  const network = await provisionNetwork(aws, scope, services);
  const data = await provisionData(aws, {
    scope,
    services,
    database: manifest.database,
    cacheSecret: manifest.cache?.secret,
    buckets,
    origin: network.frontDoor,
    parameters: new Map([...manifest.parameters].map(([name, declared]) => [name, declared.value])),
    missingSecrets,
  });
  await aws.provision(platform(scope, manifest, services));
  // Redis is what Node alone cannot give; the model driver runs no program at all, so nothing is missing there.
  const notSimulated = driver === 'process' && manifest.cache !== undefined ? ['cache'] : [];
  const contract = contractOf(scope, manifest, { data, network, notSimulated });
  await publish(aws, scope, contract);
  return {
    scope,
    buildRole: roleArn(scope.account, buildRole(manifest, repository)),
    deployRole: roleArn(scope.account, deployRole(manifest, repository)),
    frontDoor: network.frontDoor,
    notSimulated,
  };
}

function platform(scope: RoleScope, manifest: SelectedManifest, services: readonly Service[]): Resource[] {
  const { application, environment } = scope;
  const cluster = `${application}-${environment}`;
  return [
    {
      id: 'cluster',
      type: 'AWS::ECS::Cluster',
      properties: { ClusterName: cluster, CapacityProviders: ['FARGATE', 'FARGATE_SPOT'] },
    },
    buildRole(manifest, scope.repository),
    deployRole(manifest, scope.repository),
    ...services.flatMap((service) => servicePlatform(scope, manifest, service)),
  ];
}

function servicePlatform(scope: RoleScope, manifest: SelectedManifest, service: Service): Resource[] {
  const { application, environment } = scope;
  const { name } = service;
  return [
    {
      id: `repository-${name}`,
      type: 'AWS::ECR::Repository',
      properties: { RepositoryName: `${application}-${name}`, ImageTagMutability: 'IMMUTABLE' },
    },
    {
      id: `logs-${name}`,
      type: 'AWS::Logs::LogGroup',
      properties: { LogGroupName: `/${application}/${environment}/${name}` },
    },
    executionRole(manifest, service),
    taskRole(manifest, service),
  ];
}

type Made = { readonly data: Data; readonly network: Network; readonly notSimulated: readonly string[] };

function contractOf(scope: RoleScope, manifest: SelectedManifest, { data, network, notSimulated }: Made): Contract {
  return {
    account: scope.account,
    region: scope.region,
    notSimulated,
    cluster: { name: `${scope.application}-${scope.environment}`, capacityProviders: ['FARGATE', 'FARGATE_SPOT'] },
    network: { vpc: network.vpc, subnets: network.subnets, assignPublicIp: 'DISABLED', namespace: network.namespace },
    database: manifest.database &&
      data.database && {
        ...data.database,
        name: manifest.database.name,
        secret: manifest.database.secret,
        sslmode: 'disable',
      },
    cache: manifest.cache && { host: 'cache.not-simulated.invalid', port: 6379, secret: manifest.cache.secret },
    storage: new Map([...manifest.storage].map(([name, { bucket }]) => [name, { bucket }])),
    services: new Map(
      [...manifest.services.values()].map((service) => [
        service.name,
        serviceContract(scope, network, { manifest, service }),
      ]),
    ),
    migrations: { securityGroups: [network.securityGroups.services] },
  };
}

type OwnService = { readonly manifest: SelectedManifest; readonly service: Service };

function serviceContract(scope: RoleScope, network: Network, { manifest, service }: OwnService): ServiceContract {
  const { name } = service;
  const { application, environment, account } = scope;
  const { web, gateway, services } = network.securityGroups;
  return {
    service: `${application}-${name}`,
    repository: `${application}-${name}`,
    logGroup: `/${application}/${environment}/${name}`,
    executionRole: roleArn(account, executionRole(manifest, service)),
    taskRole: roleArn(account, taskRole(manifest, service)),
    securityGroups: [name === 'web' ? web : name === 'gateway' ? gateway : services],
    targetGroup: network.targetGroups.get(name),
    registry: network.registries.get(name),
  };
}

async function publish(
  aws: Pick<SimulatedAws, 'provision'>,
  { application, environment }: RoleScope,
  contract: Contract,
): Promise<void> {
  const prefix = contractPrefix(application, environment);
  await aws.provision(
    [...contractParameters(contract)].map(([name, value]) => ({
      id: `contract-${name}`,
      type: 'AWS::SSM::Parameter',
      properties: { Name: `${prefix}${name}`, Type: 'String', Value: value },
    })),
  );
}
