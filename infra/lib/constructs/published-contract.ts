import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { Stack, Token, Tokenization } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { contractParts, contractPrefix, type Contract, type ServiceContract } from '../../../lib/core/contract.ts';
import type { Data, Network } from '../handed.ts';
import type { Setting } from '../setting.ts';
import { capacityProviders } from './cluster.ts';

export type PublishedContractProps = {
  readonly setting: Setting;
  readonly network: Network;
  readonly data: Data;
  readonly cluster: string;
  readonly services: ReadonlyMap<string, ServiceContract>;
};

/** The contract with the actions, a parameter a part. Its hash is written by the last stack. */
export class PublishedContract extends Construct {
  constructor(scope: Construct, id: string, props: PublishedContractProps) {
    super(scope, id);
    const { application, environment } = props.setting.whereabouts;
    const stack = Stack.of(this);
    for (const [name, part] of contractParts(contractOf(props))) {
      new CfnParameter(this, name, {
        name: `${contractPrefix(application, environment)}${name}`,
        type: 'String',
        value: stack.toJsonString(part),
      });
    }
  }
}

function contractOf({ setting, network, data, cluster, services }: PublishedContractProps): Contract {
  const { account, region, manifest } = setting;
  return {
    account,
    region,
    notSimulated: [],
    cluster: { name: cluster, capacityProviders },
    network: {
      vpc: network.vpc,
      subnets: network.appSubnets,
      assignPublicIp: 'DISABLED',
      namespace: network.namespace.name,
    },
    database: databaseOf(setting, data),
    cache: manifest.cache &&
      data.cache && {
        host: data.cache.host,
        port: portOf(data.cache.port),
        secret: manifest.cache.secret,
      },
    storage: manifest.storage,
    services,
    // They reach the database, as private services do.
    migrations: { securityGroups: [network.securityGroups.services] },
  };
}

/** Aurora refuses connections without TLS from version 15 on, so clients are told. */
function databaseOf({ manifest }: Setting, { database }: Data): Contract['database'] {
  if (manifest.database === undefined || database === undefined) return undefined;
  const { name, secret } = manifest.database;
  return { host: database.host, port: portOf(database.port), name, secret, sslmode: 'require' };
}

/** CloudFormation hands ports on as text; in JSON they are numbers. */
function portOf(port: string): number {
  return Token.isUnresolved(port) ? Token.asNumber(Tokenization.reverseString(port).firstToken) : Number(port);
}
