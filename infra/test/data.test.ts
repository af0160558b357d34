import { describe, expect, test } from '@jest/globals';
import { alone } from './alone.ts';
import { allOf, onlyOf, resources } from './resources.ts';

const data = alone.data();
const cluster = onlyOf(data, 'AWS::RDS::DBCluster');
const instances = allOf(data, 'AWS::RDS::DBInstance');
const group = onlyOf(data, 'AWS::ElastiCache::ReplicationGroup');
const bucket = bucketOf(data);
const secret = (name: string, template = data) =>
  allOf(template, 'AWS::SecretsManager::Secret').find((found) => found['Name'] === name);
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

describe('3. RDS — Aurora PostgreSQL', () => {
  test('Create Aurora PostgreSQL cluster (engine `aurora-postgresql`, version 15+)', () => {
    expect(cluster).toMatchObject({ Engine: 'aurora-postgresql', EngineVersion: '15.10', Port: 5432 });
    const other = onlyOf(alone.data(["version: '15.10'", "version: '16.13'"]), 'AWS::RDS::DBCluster');
    expect(other['EngineVersion']).toBe('16.13');
  });

  test('Instance class: `db.t4g.medium` (MVP), scale up as needed', () => {
    expect(instances.map((instance) => instance['DBInstanceClass'])).toEqual(['db.t4g.medium', 'db.t4g.medium']);
    const larger = alone.data(['db.t4g.medium, instances: 2', 'db.r7g.large, instances: 3']);
    expect(allOf(larger, 'AWS::RDS::DBInstance').map((instance) => instance['DBInstanceClass'])).toEqual(
      Array(3).fill('db.r7g.large'),
    );
  });

  test('Multi-AZ: enabled (automatic failover)', () => {
    expect(instances.map((instance) => instance['AvailabilityZone'])).toEqual(['eu-west-1a', 'eu-west-1b']);
  });

  test('DB name: `smartboard`', () => {
    expect(cluster['DatabaseName']).toBe('smartboard');
  });

  test('Store credentials in AWS Secrets Manager: `smartboard/rds/credentials`', () => {
    const [id] = [...resources(data, 'AWS::SecretsManager::Secret')].find(
      ([, { Name }]) => Name === 'smartboard/rds/credentials',
    )!;
    const piece = (key: string) => ({
      'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: id }, `:SecretString:${key}::}}`]],
    });
    expect(cluster).toMatchObject({ MasterUsername: piece('username'), MasterUserPassword: piece('password') });
    const attachment = onlyOf(data, 'AWS::SecretsManager::SecretTargetAttachment');
    expect(attachment).toMatchObject({ SecretId: { Ref: id }, TargetType: 'AWS::RDS::DBCluster' });
  });

  test('How the password is made is frozen: any change would make another one', () => {
    expect(secret('smartboard/rds/credentials')!['GenerateSecretString']).toEqual({
      SecretStringTemplate: '{"username":"postgres"}',
      GenerateStringKey: 'password',
      PasswordLength: 32,
      ExcludePunctuation: true,
      ExcludeCharacters: punctuation,
    });
  });

  test('Disable public accessibility — private subnet only', () => {
    expect(instances.map((instance) => instance['PubliclyAccessible'])).toEqual([false, false]);
    const subnets = ['subnet-0123456789abcdef4', 'subnet-0123456789abcdef5'];
    expect(onlyOf(data, 'AWS::RDS::DBSubnetGroup')['SubnetIds']).toEqual(subnets);
    expect(cluster['VpcSecurityGroupIds']).toEqual(['sg-0123456789abcdef2']);
  });

  test('Parameter group: enable `pg_stat_statements`, and encrypted connections only', () => {
    expect(onlyOf(data, 'AWS::RDS::DBClusterParameterGroup')).toMatchObject({
      Family: 'aurora-postgresql15',
      Parameters: { shared_preload_libraries: 'pg_stat_statements', 'rds.force_ssl': '1' },
    });
    const other = onlyOf(alone.data(["version: '15.10'", "version: '17.9'"]), 'AWS::RDS::DBClusterParameterGroup');
    expect(other['Family']).toBe('aurora-postgresql17');
  });

  test('It is encrypted, backed up for a week, and hard to delete', () => {
    expect(cluster).toMatchObject({
      StorageEncrypted: true,
      BackupRetentionPeriod: 7,
      DeletionProtection: true,
      EnableIAMDatabaseAuthentication: true,
      EnableCloudwatchLogsExports: ['postgresql'],
    });
    const [stored] = Object.values(data.findResources('AWS::RDS::DBCluster'));
    expect(stored).toMatchObject({ DeletionPolicy: 'Snapshot', UpdateReplacePolicy: 'Snapshot' });
    const unprotected = alone.data(['nat: per-az', 'protection: false']);
    expect(onlyOf(unprotected, 'AWS::RDS::DBCluster')['DeletionProtection']).toBe(false);
  });

  test('Its log has a retention, and is there before RDS would make one without', () => {
    const [[id, log] = []] = resources(data, 'AWS::Logs::LogGroup');
    const logGroup = { LogGroupName: '/aws/rds/cluster/smartboard-prod/postgresql', RetentionInDays: 30 };
    expect(log).toEqual(logGroup);
    expect(Object.values(data.findResources('AWS::RDS::DBCluster'))[0]!['DependsOn']).toContain(id);
  });

  test('A manifest without a database makes none', () => {
    const without = alone.data([/^database:\n( {2}.*\n)+/m, ''], [/^ +DATABASE_URL.*\n +template: .*\n/gm, '']);
    expect(allOf(without, 'AWS::RDS::DBCluster')).toEqual([]);
    expect(secret('smartboard/rds/credentials', without)).toBeUndefined();
  });
});

describe('4. ElastiCache — Redis', () => {
  test('Create Redis OSS cluster (engine 7.x)', () => {
    expect(group).toMatchObject({ Engine: 'redis', EngineVersion: '7.1', ReplicationGroupId: 'smartboard-prod' });
  });

  test('Node type: `cache.t4g.small` (MVP)', () => {
    expect(group['CacheNodeType']).toBe('cache.t4g.small');
  });

  test('Cluster mode: disabled', () => {
    expect(group).toMatchObject({ ClusterMode: 'disabled', NumCacheClusters: 1, AutomaticFailoverEnabled: false });
    expect(group['NumNodeGroups']).toBeUndefined();
  });

  test('With a second node the other one takes over', () => {
    const two = onlyOf(alone.data(['nodes: 1', 'nodes: 2']), 'AWS::ElastiCache::ReplicationGroup');
    expect(two).toMatchObject({ NumCacheClusters: 2, AutomaticFailoverEnabled: true, MultiAZEnabled: true });
  });

  test('Enable at-rest encryption + in-transit TLS', () => {
    expect(group).toMatchObject({
      AtRestEncryptionEnabled: true,
      TransitEncryptionEnabled: true,
      TransitEncryptionMode: 'required',
    });
  });

  test('Redis before 7 knows one mode of TLS only, and its parameters are called otherwise', () => {
    const six = alone.data(["version: '7.1'", "version: '6.2'"]);
    const older = onlyOf(six, 'AWS::ElastiCache::ReplicationGroup');
    expect(older).toMatchObject({ EngineVersion: '6.2', TransitEncryptionEnabled: true });
    expect(older['TransitEncryptionMode']).toBeUndefined();
    expect(onlyOf(six, 'AWS::ElastiCache::ParameterGroup')['CacheParameterGroupFamily']).toBe('redis6.x');
  });

  test('Store auth token in Secrets Manager: `smartboard/redis/auth-token`', () => {
    const [id] = [...resources(data, 'AWS::SecretsManager::Secret')].find(
      ([, { Name }]) => Name === 'smartboard/redis/auth-token',
    )!;
    expect(group['AuthToken']).toEqual({
      'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: id }, ':SecretString:::}}']],
    });
    const frozen = { PasswordLength: 64, ExcludePunctuation: true, ExcludeCharacters: punctuation };
    expect(secret('smartboard/redis/auth-token')!['GenerateSecretString']).toEqual(frozen);
  });

  test('A full cache refuses writes, as BullMQ wants it, instead of forgetting jobs', () => {
    expect(onlyOf(data, 'AWS::ElastiCache::ParameterGroup')).toMatchObject({
      CacheParameterGroupFamily: 'redis7',
      Properties: { 'maxmemory-policy': 'noeviction' },
    });
  });

  test('Only sg-redis, in subnets without a way out', () => {
    expect(group['SecurityGroupIds']).toEqual(['sg-0123456789abcdef3']);
    const subnets = ['subnet-0123456789abcdef4', 'subnet-0123456789abcdef5'];
    expect(onlyOf(data, 'AWS::ElastiCache::SubnetGroup')['SubnetIds']).toEqual(subnets);
  });

  test('A manifest without a cache makes none', () => {
    const without = alone.data([/^cache:\n( {2}.*\n)+/m, ''], [/^ +REDIS_URL.*\n/gm, '']);
    expect(allOf(without, 'AWS::ElastiCache::ReplicationGroup')).toEqual([]);
    expect(secret('smartboard/redis/auth-token', without)).toBeUndefined();
  });
});

describe('5. S3 — Dataset Storage', () => {
  test('Create bucket: `smartboard-datasets-<env>` (e.g., `smartboard-datasets-prod`)', () => {
    expect(bucket['BucketName']).toBe('smartboard-datasets-prod');
  });

  test('Block all public access', () => {
    for (const each of allOf(data, 'AWS::S3::Bucket'))
      expect(Object.values(each['PublicAccessBlockConfiguration'])).toEqual([true, true, true, true]);
  });

  test('Enable versioning', () => {
    expect(bucket['VersioningConfiguration']).toEqual({ Status: 'Enabled' });
  });

  test('Server-side encryption: SSE-S3 (or SSE-KMS for stricter compliance)', () => {
    expect(encryptionOf(bucket)).toMatchObject({ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } });
    expect(encryptionOf(bucketOf(withKey()))).toMatchObject({
      ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' },
      BucketKeyEnabled: true,
    });
  });

  test('Lifecycle rule: transition to Glacier after 90 days', () => {
    expect(ruleOf(bucket, 'archive')).toMatchObject({
      Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }],
      NoncurrentVersionTransitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }],
    });
    const cold = bucketOf(alone.data(withArchive('{ class: glacier, after-days: 400 }')));
    expect(ruleOf(cold, 'archive')['Transitions']).toEqual([{ StorageClass: 'GLACIER', TransitionInDays: 400 }]);
    expect(ruleOf(cold, 'archive')['NoncurrentVersionTransitions']).toBeUndefined();
    expect(ruleOf(bucketOf(alone.data(withArchive('none'))), 'archive')).toBeUndefined();
  });

  test('Old versions go after a year, unfinished uploads after a week', () => {
    expect(ruleOf(bucket, 'old-versions')['NoncurrentVersionExpiration']).toEqual({ NoncurrentDays: 365 });
    expect(ruleOf(bucket, 'unfinished-uploads')['AbortIncompleteMultipartUpload']).toEqual({ DaysAfterInitiation: 7 });
  });

  test('CORS configuration for presigned PUT uploads', () => {
    expect(bucket['CorsConfiguration']['CorsRules']).toEqual([
      {
        AllowedOrigins: ['https://smartboard.example.com'],
        AllowedMethods: ['PUT'],
        AllowedHeaders: ['*'],
        MaxAge: 3600,
      },
    ]);
  });

  test('Every bucket refuses connections without TLS', () => {
    const policies = allOf(data, 'AWS::S3::BucketPolicy');
    expect(policies).toHaveLength(2);
    for (const { PolicyDocument } of policies)
      expect(PolicyDocument.Statement[0]).toMatchObject({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 's3:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      });
  });

  test('Who asked for what is logged, as soon as the log lets it be written', () => {
    const [id] = [...resources(data, 'AWS::S3::Bucket')].find(([, { BucketName }]) => BucketName === undefined)!;
    expect(bucket['LoggingConfiguration']).toEqual({ DestinationBucketName: { Ref: id }, LogFilePrefix: 'datasets/' });
    const [policyId, policy] = [...resources(data, 'AWS::S3::BucketPolicy')].find(
      ([, { Bucket }]) => Bucket.Ref === id,
    )!;
    expect(policy['PolicyDocument'].Statement[1]).toMatchObject({
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': ['arn:aws:s3:::smartboard-datasets-prod'] } },
    });
    const stored = Object.values(data.findResources('AWS::S3::Bucket'));
    expect(stored.flatMap(({ DependsOn = [] }) => DependsOn as string[])).toEqual([policyId]);
  });

  test('Buckets outlive their stack', () => {
    for (const { DeletionPolicy } of Object.values(data.findResources('AWS::S3::Bucket')))
      expect(DeletionPolicy).toBe('Retain');
  });
});

describe('6. Secrets Manager + SSM', () => {
  test('Store in Secrets Manager (rotatable secrets)', () => {
    expect(allOf(data, 'AWS::SecretsManager::Secret').map((each) => each['Name'])).toEqual([
      'smartboard/rds/credentials',
      'smartboard/redis/auth-token',
      'smartboard/app/jwt-secret',
      'smartboard/app/session-secret',
      'smartboard/oidc/microsoft-client-secret',
    ]);
  });

  test('All secrets outlive their stack', () => {
    const all = Object.values(data.findResources('AWS::SecretsManager::Secret'));
    expect(all.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(Array(5).fill('Retain'));
  });

  test('`JWT_SECRET` and `SESSION_SECRET`: minimum 32 chars random, made in a way that is frozen', () => {
    const frozen = { PasswordLength: 48, ExcludePunctuation: true, ExcludeCharacters: punctuation };
    expect(secret('smartboard/app/jwt-secret')!['GenerateSecretString']).toEqual(frozen);
    expect(secret('smartboard/app/session-secret')!['GenerateSecretString']).toEqual(frozen);
  });

  test('What a person fills in is made without a value, since a placeholder could be deployed', () => {
    const empty = secret('smartboard/oidc/microsoft-client-secret')!;
    expect(empty['GenerateSecretString']).toBeUndefined();
    expect(empty['SecretString']).toBeUndefined();
  });

  test('A generated secret with one key is an object with it; one with several is left to people', () => {
    expect(generated('[current]')).toMatchObject({ SecretStringTemplate: '{}', GenerateStringKey: 'current' });
    expect(generated('[current, next]')).toBeUndefined();
  });

  test('Store in SSM Parameter Store (non-secret config)', () => {
    expect(parametersOf(data)).toEqual([
      { Name: '/smartboard/prod/node-env', Type: 'String', Value: 'production' },
      { Name: '/smartboard/prod/log-level', Type: 'String', Value: 'info' },
    ]);
  });

  test('`microsoft-tenant-id` and `microsoft-client-id`: when the manifest has a value, else a person writes them', () => {
    expect(parametersOf(data)).toHaveLength(2);
    const said = alone.data(['microsoft-tenant-id: {}', "microsoft-tenant-id: '0f0f'"]);
    expect(parametersOf(said).map((each) => each['Name'])).toContain('/smartboard/prod/microsoft-tenant-id');
  });
});

describe('12. Monitoring', () => {
  test('Enable RDS Performance Insights', () => {
    expect(cluster).toMatchObject({ PerformanceInsightsEnabled: true, PerformanceInsightsRetentionPeriod: 7 });
    expect(instances.map((instance) => instance['EnablePerformanceInsights'])).toEqual([true, true]);
  });

  test('What the operating system below the database does is measured every minute, by a role for nothing else', () => {
    expect(instances.map((instance) => instance['MonitoringInterval'])).toEqual([60, 60]);
    const role = onlyOf(data, 'AWS::IAM::Role');
    expect(role['AssumeRolePolicyDocument'].Statement).toMatchObject([
      { Principal: { Service: 'monitoring.rds.amazonaws.com' } },
    ]);
    expect(JSON.stringify(role['Policies'])).not.toMatch(/"Resource":\["?\*/);
  });
});

describe('encryption: cmk', () => {
  const keyed = withKey();
  const [[id] = []] = resources(keyed, 'AWS::KMS::Key');
  const arn = { 'Fn::GetAtt': [id, 'Arn'] };

  test('One key, which rotates and outlives its stack, encrypts everything', () => {
    const [key] = Object.values(keyed.findResources('AWS::KMS::Key'));
    expect(key).toMatchObject({ DeletionPolicy: 'Retain', Properties: { EnableKeyRotation: true } });
    expect(onlyOf(keyed, 'AWS::KMS::Alias')['AliasName']).toBe('alias/smartboard-prod');
    const encrypted = ['AWS::SecretsManager::Secret', 'AWS::RDS::DBCluster', 'AWS::Logs::LogGroup'];
    const all = [...encrypted, 'AWS::ElastiCache::ReplicationGroup'].flatMap((type) => allOf(keyed, type));
    expect(all).toHaveLength(8);
    for (const each of all) expect(each['KmsKeyId']).toEqual(arn);
  });

  test('It serves whoever of the account may read the secret or object, the logs and the alarms, and nobody else', () => {
    const { Statement } = onlyOf(keyed, 'AWS::KMS::Key')['KeyPolicy'];
    const [, services, logs, alarms] = Statement;
    expect(Statement).toHaveLength(4);
    expect(services.Condition.StringEquals).toEqual({
      'kms:CallerAccount': '111122223333',
      'kms:ViaService': ['secretsmanager.eu-west-1.amazonaws.com', 's3.eu-west-1.amazonaws.com'],
    });
    expect(logs.Condition.ArnLike['kms:EncryptionContext:aws:logs:arn']).toEqual([
      'arn:aws:logs:eu-west-1:111122223333:log-group:/smartboard/prod/*',
      'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/rds/cluster/smartboard-prod/*',
      'arn:aws:logs:eu-west-1:111122223333:log-group:aws-waf-logs-smartboard-prod',
    ]);
    expect(alarms).toMatchObject({ Principal: { Service: 'cloudwatch.amazonaws.com' } });
  });

  test('Without it there is no key', () => {
    expect(allOf(data, 'AWS::KMS::Key')).toEqual([]);
  });
});

function generated(keys: string) {
  const declared = `secrets:\n  smartboard/app/keys: { generate: true, keys: ${keys} }\n`;
  return secret('smartboard/app/keys', alone.data([/^secrets:\n/m, declared]))!['GenerateSecretString'];
}

function withKey() {
  return alone.data(['nat: per-az', 'encryption: cmk']);
}

function withArchive(archive: string): [string, string] {
  return ['    cors-origins', `    archive: ${archive}\n    cors-origins`];
}

/** Those of the application; the others are the contract with the actions. */
function parametersOf(template: typeof data) {
  return allOf(template, 'AWS::SSM::Parameter').filter((each) => !each['Name'].startsWith('/smartboard/prod/infra/'));
}

function bucketOf(template: typeof data) {
  return allOf(template, 'AWS::S3::Bucket').find((each) => each['BucketName'] !== undefined)!;
}

function encryptionOf(of: typeof bucket) {
  return of['BucketEncryption'].ServerSideEncryptionConfiguration[0];
}

function ruleOf(of: typeof bucket, id: string) {
  return of['LifecycleConfiguration'].Rules.find((rule: { Id: string }) => rule.Id === id);
}
