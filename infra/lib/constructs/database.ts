import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnDBCluster, CfnDBClusterParameterGroup, CfnDBInstance, CfnDBSubnetGroup } from 'aws-cdk-lib/aws-rds';
import { CfnSecretTargetAttachment, type CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Database as Wanted } from '../../../lib/core/manifest/model.ts';
import type { Contract } from '../../../lib/core/contract.ts';
import type { Network } from '../handed.ts';
import type { Setting } from '../setting.ts';
import { databaseSize } from '../sizes.ts';
import { databaseMonitoringRole } from './database-monitoring-role.ts';
import { acceptDefaultPort } from './default-port.ts';
import { portOf } from './published-contract.ts';
import { addSecret, randomText } from './secret.ts';

export type DatabaseProps = {
  readonly setting: Setting;
  readonly wanted: Wanted;
  readonly network: Network;
  readonly key: string | undefined;
};

/**
 * Aurora PostgreSQL: a writer, and a reader in each further instance, spread over the zones. Its name is fixed, so that what
 * cannot be changed in place (the key, the subnets) fails instead of making an empty database beside the full one.
 */
export class Database extends Construct {
  /** Of the cluster. */
  readonly name: string;
  readonly contract: NonNullable<Contract['database']>;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const { application, environment } = props.setting.whereabouts;
    const name = `${application}-${environment}`;
    const credentials = this.credentials(props);
    const cluster = this.cluster(name, credentials, props);
    const attachment = { secretId: credentials.ref, targetId: cluster.ref, targetType: 'AWS::RDS::DBCluster' };
    new CfnSecretTargetAttachment(this, 'CredentialsAttachment', attachment);
    this.instances(name, cluster, props);
    this.name = name;
    this.contract = {
      host: cluster.attrEndpointAddress,
      port: portOf(cluster.attrEndpointPort),
      name: props.wanted.name,
      secret: props.wanted.secret,
      // Aurora refuses connections without TLS from version 15 on.
      sslmode: 'require',
    };
  }

  /** The attachment adds engine, host, port and dbname to these two keys, as rotation and clients expect them. */
  private credentials({ wanted, key }: DatabaseProps): CfnSecret {
    return addSecret(this, 'Credentials', {
      name: wanted.secret,
      description: 'User name and password of the database',
      key,
      generate: {
        ...randomText(32),
        secretStringTemplate: JSON.stringify({ username: 'postgres' }),
        generateStringKey: 'password',
      },
      rotation:
        'URLs are composed from it when a release is configured; a rotation between two releases would break tasks that restart.',
    });
  }

  private cluster(name: string, credentials: CfnSecret, { setting, wanted, network, key }: DatabaseProps) {
    const { protection, logRetentionDays } = setting.manifest.environment;
    const logs = new CfnLogGroup(this, 'Logs', {
      logGroupName: `/aws/rds/cluster/${name}/postgresql`,
      retentionInDays: logRetentionDays,
      ...(key === undefined ? {} : { kmsKeyId: key }),
    });
    logs.applyRemovalPolicy(RemovalPolicy.DESTROY);
    const cluster = new CfnDBCluster(this, 'Cluster', {
      dbClusterIdentifier: name,
      engine: wanted.engine,
      engineVersion: wanted.version,
      databaseName: wanted.name,
      port: 5432,
      masterUsername: SecretValue.secretsManager(credentials.ref, { jsonField: 'username' }).unsafeUnwrap(),
      masterUserPassword: SecretValue.secretsManager(credentials.ref, { jsonField: 'password' }).unsafeUnwrap(),
      enableIamDatabaseAuthentication: true,
      dbSubnetGroupName: this.subnets(network).ref,
      vpcSecurityGroupIds: [network.securityGroups.database],
      dbClusterParameterGroupName: this.parameters(wanted).ref,
      storageEncrypted: true,
      ...(key === undefined ? {} : { kmsKeyId: key }),
      deletionProtection: protection,
      backupRetentionPeriod: 7,
      preferredBackupWindow: '02:00-03:00',
      preferredMaintenanceWindow: 'sun:03:30-sun:04:30',
      copyTagsToSnapshot: true,
      enableCloudwatchLogsExports: ['postgresql'],
      performanceInsightsEnabled: true,
      performanceInsightsRetentionPeriod: 7,
    });
    cluster.applyRemovalPolicy(RemovalPolicy.SNAPSHOT);
    cluster.addResourceDependency(logs);
    acceptDefaultPort(cluster, 'AwsSolutions-RDS11');
    if (!protection) acceptDeletion(cluster);
    return cluster;
  }

  private instances(name: string, cluster: CfnDBCluster, { setting, wanted }: DatabaseProps): void {
    const { instanceClass, instances } = databaseSize(setting.manifest);
    const { availabilityZones: zones } = setting.manifest.environment;
    const role = databaseMonitoringRole(this, 'Monitoring', setting);
    for (let index = 0; index < instances; index++) {
      const zone = zones[index % zones.length];
      const instance = new CfnDBInstance(this, `Instance${index + 1}`, {
        dbInstanceIdentifier: `${name}-${index + 1}`,
        dbClusterIdentifier: cluster.ref,
        engine: wanted.engine,
        dbInstanceClass: instanceClass,
        ...(zone === undefined ? {} : { availabilityZone: zone }),
        publiclyAccessible: false,
        autoMinorVersionUpgrade: true,
        enablePerformanceInsights: true,
        monitoringInterval: 60,
        monitoringRoleArn: role.attrArn,
      });
      instance.applyRemovalPolicy(RemovalPolicy.DESTROY);
      Validations.of(instance).acknowledge({
        id: 'CloudFormation-Validate::W3010',
        reason: "Zones are the manifest's, so that writer and reader are in two of them.",
      });
    }
  }

  private subnets({ dataSubnets }: Network): CfnDBSubnetGroup {
    return new CfnDBSubnetGroup(this, 'Subnets', {
      dbSubnetGroupDescription: 'Where the database is: subnets without a way out',
      subnetIds: [...dataSubnets],
    });
  }

  /** Loading pg_stat_statements is half of it: a migration says `CREATE EXTENSION`. */
  private parameters({ version }: Wanted): CfnDBClusterParameterGroup {
    const major = version.split('.')[0];
    return new CfnDBClusterParameterGroup(this, 'Parameters', {
      description: 'Statistics of statements; encrypted connections only',
      family: `aurora-postgresql${major}`,
      parameters: { shared_preload_libraries: 'pg_stat_statements', 'rds.force_ssl': '1' },
    });
  }
}

function acceptDeletion(cluster: CfnDBCluster): void {
  Validations.of(cluster).acknowledge({
    id: 'AwsSolutions-RDS10',
    reason:
      'The manifest says `protection: false`: the environment is meant to be thrown away. A last snapshot is still taken.',
  });
}
