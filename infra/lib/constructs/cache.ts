import { CfnParameterGroup, CfnReplicationGroup, CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache';
import { RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Cache as Wanted } from '../../../lib/core/manifest/model.ts';
import type { Contract } from '../../../lib/core/contract.ts';
import type { Network } from '../handed.ts';
import type { Setting } from '../setting.ts';
import { cacheSize } from '../sizes.ts';
import { acceptDefaultPort } from './default-port.ts';
import { portOf } from './published-contract.ts';
import { addSecret, randomText } from './secret.ts';

export type CacheProps = {
  readonly setting: Setting;
  readonly wanted: Wanted;
  readonly network: Network;
  readonly key: string | undefined;
};

/**
 * Redis with cluster mode disabled, TLS and a token. Its id is fixed: metrics of its nodes are named after it
 * (`<id>-001`, `<id>-002`), and alarms name metrics.
 */
export class Cache extends Construct {
  /** Of the replication group. */
  readonly name: string;
  readonly contract: NonNullable<Contract['cache']>;

  constructor(scope: Construct, id: string, props: CacheProps) {
    super(scope, id);
    const { setting, wanted, network, key } = props;
    const { application, environment } = setting.whereabouts;
    const { nodeType, nodes } = cacheSize(setting.manifest);
    // At most 40 characters, and no hyphen at the end.
    const name = `${application}-${environment}`.slice(0, 40).replace(/-+$/, '');
    const group = new CfnReplicationGroup(this, 'Group', {
      replicationGroupId: name,
      replicationGroupDescription: `Queues and messages of ${application} in ${environment}`,
      engine: wanted.engine,
      engineVersion: wanted.version,
      cacheNodeType: nodeType,
      numCacheClusters: nodes,
      clusterMode: 'disabled',
      automaticFailoverEnabled: nodes > 1,
      multiAzEnabled: nodes > 1,
      port: 6379,
      cacheSubnetGroupName: this.subnets(network).ref,
      securityGroupIds: [network.securityGroups.cache],
      cacheParameterGroupName: this.parameters(wanted).ref,
      transitEncryptionEnabled: true,
      // Before 7 there was no other mode.
      ...(majorOf(wanted) >= 7 ? { transitEncryptionMode: 'required' } : {}),
      authToken: SecretValue.secretsManager(this.token(props).ref).unsafeUnwrap(),
      atRestEncryptionEnabled: true,
      ...(key === undefined ? {} : { kmsKeyId: key }),
      autoMinorVersionUpgrade: true,
      snapshotRetentionLimit: 7,
      snapshotWindow: '02:00-03:00',
      preferredMaintenanceWindow: 'sun:04:30-sun:05:30',
    });
    group.applyRemovalPolicy(RemovalPolicy.SNAPSHOT);
    acceptDefaultPort(group, 'AwsSolutions-AEC5');
    if (nodes === 1) acceptSingleNode(group);
    this.name = name;
    this.contract = {
      host: group.attrPrimaryEndPointAddress,
      port: portOf(group.attrPrimaryEndPointPort),
      secret: wanted.secret,
    };
  }

  private token({ wanted, key }: CacheProps) {
    return addSecret(this, 'Token', {
      name: wanted.secret,
      description: 'Token that clients of Redis show',
      key,
      generate: randomText(64),
      rotation:
        'CloudFormation cannot change the token of a running group: it is rotated by ModifyReplicationGroup, ROTATE then SET.',
    });
  }

  private subnets({ dataSubnets }: Network): CfnSubnetGroup {
    return new CfnSubnetGroup(this, 'Subnets', {
      description: 'Where the cache is: subnets without a way out',
      subnetIds: [...dataSubnets],
    });
  }

  /** BullMQ keeps jobs here: with the default, volatile-lru, a full cache would throw some of them away. */
  private parameters(wanted: Wanted): CfnParameterGroup {
    const major = majorOf(wanted);
    return new CfnParameterGroup(this, 'Parameters', {
      cacheParameterGroupFamily: major >= 7 ? `redis${major}` : `redis${major}.x`,
      description: 'Refuses writes when it is full, instead of forgetting',
      properties: { 'maxmemory-policy': 'noeviction' },
    });
  }
}

function majorOf({ version }: Wanted): number {
  return Number(version.split('.')[0]);
}

function acceptSingleNode(group: CfnReplicationGroup): void {
  Validations.of(group).acknowledge({
    id: 'AwsSolutions-AEC4',
    reason:
      'One node, as the migration guide prices it; `cache: { nodes: 2 }` adds a replica in another zone that takes over.',
  });
}
