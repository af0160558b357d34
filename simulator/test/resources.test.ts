import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeRepositoriesCommand, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { simulateAws } from '../aws.ts';
import { inProcessHandler } from '../transport/in-process.ts';
import { account, ask, jobRole, root } from './account.ts';
import { registryClient } from './image.ts';
import { parameter, stackWorld } from './stack-world.ts';

/** What single types of resources do when a stack makes, changes and removes them. */

type World = ReturnType<typeof stackWorld>;
const configOf = ({ cloud }: World) => ({
  region: 'eu-west-1',
  credentials: root,
  maxAttempts: 1,
  endpoint: 'http://127.0.0.1:4566',
  requestHandler: inProcessHandler(cloud) as never,
});

const secret = (generate: object, Description = 'one') => ({
  Type: 'AWS::SecretsManager::Secret',
  Properties: { Name: 'db', Description, GenerateSecretString: { ExcludePunctuation: true, ...generate } },
});

const resolved = (key: string) => ({ 'Fn::Sub': `{{resolve:secretsmanager:\${S}:SecretString:${key}}}` });

const reads = async (world: World) => {
  const { AccessKeyId, SecretAccessKey, Token } = world.cloud.iam.sessionFor(
    'arn:aws:iam::111122223333:role/reader',
    'job',
  );
  const { ssm } = world.clientsOf({
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: Token,
  });
  return ssm.send(new GetParameterCommand({ Name: '/p' })).then(
    () => 'allowed',
    (error: Error) => error.name,
  );
};

const repository = (more: object) => ({
  Type: 'AWS::ECR::Repository',
  Properties: { RepositoryName: 'app-web', ...more },
});

const targets = (HealthCheckIntervalSeconds: number) => ({
  Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  Properties: { Name: 'tg-web', Port: 3000, TargetType: 'ip', HealthCheckIntervalSeconds },
});

const valueOf = async ({ secrets }: World) =>
  (await secrets.send(new GetSecretValueCommand({ SecretId: 'db' }))).SecretString;

describe('names', () => {
  test('that the template says are kept to the letter; a role has exactly the ARN of its name', async () => {
    const world = stackWorld();
    const { properties: Properties } = jobRole('repo:o/r:*');
    await world.create('it', {
      R: { Type: 'AWS::IAM::Role', Properties: { ...Properties, RoleName: 'app-prod-deploy' } },
    });
    expect(world.cloud.iam.roleByArn('arn:aws:iam::111122223333:role/app-prod-deploy')).toBeDefined();
  });

  test('are made up where it says none: of stack, logical id and chance, as the service takes them', async () => {
    const world = stackWorld();
    const resources = {
      Files: { Type: 'AWS::S3::Bucket' },
      Targets: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { Port: 80 } },
      B: parameter('/b', { Ref: 'Files' }),
      T: parameter('/t', { 'Fn::GetAtt': 'Targets.TargetGroupName' }),
    };
    await world.create('a-stack-with-a-name', resources);
    expect(world.cloud.ssm.valueOf('/b')).toMatch(/^a-stack-with-a-name-files-[a-z0-9]{12}$/);
    expect(world.cloud.ssm.valueOf('/t')).toMatch(/^a-stack-with-a-name-[A-Z0-9]{12}$/);
    await world.update('a-stack-with-a-name', {
      ...resources,
      Files: { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: { Status: 'Enabled' } } },
      C: parameter('/c', { Ref: 'Files' }),
    });
    expect(world.cloud.ssm.valueOf('/c')).toBe(world.cloud.ssm.valueOf('/b'));
  });
});

describe('a secret', () => {
  const template = { SecretStringTemplate: '{"username":"app"}', GenerateStringKey: 'password' };

  test('is generated into its template, keeps what people put there, and is generated anew only when the wish for it changes', async () => {
    const world = stackWorld();
    await world.create('it', { S: secret(template) });
    expect(JSON.parse((await valueOf(world))!)).toEqual({
      username: 'app',
      password: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
    });
    await world.secrets.send(new PutSecretValueCommand({ SecretId: 'db', SecretString: 'by hand' }));
    await world.update('it', { S: secret(template, 'two') });
    expect(await valueOf(world)).toBe('by hand');
    await world.update('it', { S: secret({ ...template, PasswordLength: 40 }, 'two') });
    expect(JSON.parse((await valueOf(world))!)).toEqual({
      username: 'app',
      password: expect.stringMatching(/^.{40}$/),
    });
  });

  test('that is attached to a database says where it is, and the database has the password of the secret', async () => {
    const world = stackWorld();
    const database = {
      Type: 'AWS::RDS::DBCluster',
      Properties: {
        DBClusterIdentifier: 'app-prod',
        Engine: 'aurora-postgresql',
        DatabaseName: 'app',
        MasterUsername: resolved('username'),
        MasterUserPassword: resolved('password'),
      },
    };
    const attachment = {
      Type: 'AWS::SecretsManager::SecretTargetAttachment',
      Properties: { SecretId: { Ref: 'S' }, TargetId: { Ref: 'D' }, TargetType: 'AWS::RDS::DBCluster' },
    };
    await world.create('it', { A: attachment, D: database, S: secret(template) });
    expect(JSON.parse((await valueOf(world))!)).toMatchObject({
      username: 'app',
      engine: 'postgres',
      host: world.cloud.rds.cluster('app-prod')?.host,
      port: 5432,
      dbname: 'app',
    });
  });

  test('of a deleted stack holds its name for a while', async () => {
    const world = stackWorld();
    await world.create('it', { S: secret(template) });
    await world.remove('it');
    await world.create('again', { S: secret(template) });
    expect(await world.events('again')).toContainEqual(expect.stringContaining('already scheduled for deletion'));
  });
});

describe('a role', () => {
  const role = { Type: 'AWS::IAM::Role', Properties: { ...jobRole('repo:o/r:*').properties, RoleName: 'reader' } };
  const document = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: '*' } };

  test.each([
    [
      'an attached policy',
      { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'read', PolicyDocument: document, Roles: [{ Ref: 'R' }] } },
    ],
    [
      'a managed policy',
      { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: document, Roles: [{ Ref: 'R' }] } },
    ],
  ])('may do what %s allows, for as long as it is there', async (_what, policy) => {
    const world = stackWorld();
    await world.create('it', { P: parameter('/p'), R: role });
    expect(await reads(world)).toBe('AccessDeniedException');
    await world.update('it', { P: parameter('/p'), R: role, Policy: policy });
    expect(await reads(world)).toBe('allowed');
    await world.update('it', {
      P: parameter('/p'),
      R: { ...role, Properties: { ...role.Properties, MaxSessionDuration: 7200 } },
      Policy: policy,
    });
    expect(await reads(world)).toBe('allowed');
    await world.update('it', { P: parameter('/p'), R: role });
    expect(await reads(world)).toBe('AccessDeniedException');
  });

  test('trusts GitHub only where a provider for its tokens exists', async () => {
    const cloud = simulateAws({ trustsGithub: false });
    const { sts } = account().clientsOf(root, { requestHandler: inProcessHandler(cloud) });
    await cloud.provision([jobRole('repo:octo-org/smartboard:*')]);
    const token = await ask(cloud, '/_github/token?audience=sts.amazonaws.com', {
      headers: { authorization: `Bearer ${cloud.jobRequestToken}` },
    });
    const request = {
      RoleArn: 'arn:aws:iam::111122223333:role/deploy',
      RoleSessionName: 'job',
      WebIdentityToken: token.json.value as string,
    };
    const assume = () => sts.send(new AssumeRoleWithWebIdentityCommand(request));
    await expect(assume()).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
    const provider = { Url: 'https://token.actions.githubusercontent.com', ClientIdList: ['sts.amazonaws.com'] };
    const resource = { id: 'p', type: 'AWS::IAM::OIDCProvider', properties: provider } as const;
    await cloud.provision([resource]);
    expect((await assume()).AssumedRoleUser?.Arn).toContain('assumed-role/deploy/job');
    await expect(cloud.provision([resource])).rejects.toThrow('already exists');
  });
});

const group = (GroupDescription: string) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { GroupDescription, VpcId: { Ref: 'V' } },
});

describe('networks', () => {
  const vpc = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } };
  const rule = {
    Type: 'AWS::EC2::SecurityGroupIngress',
    Properties: {
      GroupId: { Ref: 'To' },
      SourceSecurityGroupId: { Ref: 'From' },
      IpProtocol: 'tcp',
      FromPort: 5432,
      ToPort: 5432,
    },
  };

  test('rules between security groups are told by EC2, and go with their resource', async () => {
    const world = stackWorld();
    const groups = { V: vpc, From: group('from'), To: group('to') };
    await world.create('it', { ...groups, Rule: rule });
    const ec2 = new EC2Client(configOf(world));
    const told = async () => {
      const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
      return SecurityGroups.flatMap(({ Description, IpPermissions = [] }) =>
        IpPermissions.map(({ FromPort, UserIdGroupPairs = [] }) => [Description, FromPort, UserIdGroupPairs.length]),
      );
    };
    expect(await told()).toEqual([['to', 5432, 1]]);
    await world.update('it', groups);
    expect(await told()).toEqual([]);
    expect((await world.remove('it')).StackStatus).toBe('DELETE_COMPLETE');
  });

  test('a rule for a group that is not there is refused', async () => {
    const world = stackWorld();
    const lost = { ...rule, Properties: { ...rule.Properties, SourceSecurityGroupId: 'sg-0123456789abcdef0' } };
    await world.create('it', { V: vpc, To: group('to'), Rule: lost });
    expect(await world.events('it')).toContainEqual(
      expect.stringContaining("The security group 'sg-0123456789abcdef0' does not exist"),
    );
  });
});

test('a cluster has the capacity that is associated with it, by its own name', async () => {
  const world = stackWorld();
  const strategy = [{ CapacityProvider: 'FARGATE', Weight: 1 }];
  const association = {
    Type: 'AWS::ECS::ClusterCapacityProviderAssociations',
    Properties: {
      Cluster: { Ref: 'C' },
      CapacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      DefaultCapacityProviderStrategy: strategy,
    },
  };
  await world.create('it', {
    A: association,
    C: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'app-prod' } },
  });
  const { clusters } = await new ECSClient(configOf(world)).send(
    new DescribeClustersCommand({ clusters: ['app-prod'] }),
  );
  expect(clusters).toMatchObject([
    {
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1, base: 0 }],
    },
  ]);
});

test('a repository takes new settings in place, and is not deleted while it has images', async () => {
  const world = stackWorld();
  await world.create('it', { R: repository({}) });
  const filters = [
    { ImageTagMutabilityExclusionFilterType: 'WILDCARD', ImageTagMutabilityExclusionFilterValue: 'latest' },
  ];
  await world.update('it', {
    R: repository({ ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION', ImageTagMutabilityExclusionFilters: filters }),
  });
  const { repositories } = await world.ecr.send(new DescribeRepositoriesCommand({}));
  expect(repositories).toMatchObject([{ repositoryName: 'app-web', imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' }]);
  const { authorizationData } = await world.ecr.send(new GetAuthorizationTokenCommand({}));
  const registry = await registryClient(world.cloud, authorizationData![0]!.authorizationToken!);
  await registry.pushImage('app-web', 'x');
  expect((await world.remove('it')).StackStatus).toBe('DELETE_FAILED');
  expect(await world.events('it')).toContainEqual(
    expect.stringContaining('cannot be deleted because it still contains images'),
  );
});

test('a target group changes its checks in place, and stays behind its listener', async () => {
  const world = stackWorld();
  const balancer = { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { Name: 'app' } };
  const listener = {
    Type: 'AWS::ElasticLoadBalancingV2::Listener',
    Properties: {
      LoadBalancerArn: { Ref: 'B' },
      Port: 443,
      Protocol: 'HTTPS',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'T' } }],
    },
  };
  await world.create('it', { T: targets(30), B: balancer, L: listener });
  await world.update('it', { T: targets(10), B: balancer, L: listener });
  const elb = new ElasticLoadBalancingV2Client(configOf(world));
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({ Names: ['tg-web'] }));
  expect(TargetGroups).toMatchObject([
    { HealthCheckIntervalSeconds: 10, LoadBalancerArns: [expect.stringContaining('/app/')] },
  ]);
  expect((await world.remove('it')).StackStatus).toBe('DELETE_COMPLETE');
});
