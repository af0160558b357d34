import { ECS } from '@aws-sdk/client-ecs';
import type { CreateServiceCommandInput, UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { virtualClock } from '../clock.ts';
import { inProcessHandler } from '../transport/in-process.ts';
import { account, root } from './account.ts';
import { definition, executionRole, healthCheck, network, registry } from './ecs-world.ts';
import { registryClient } from './image.ts';

export const cluster = 'smartboard';
const service = 'web';

const resources = [
  {
    id: 'Role',
    type: 'AWS::IAM::Role' as const,
    properties: {
      RoleName: 'execution',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'pull',
          PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['ecr:*'], Resource: '*' }] },
        },
      ],
    },
  },
  { id: 'Repository', type: 'AWS::ECR::Repository' as const, properties: { RepositoryName: service } },
  { id: 'Cluster', type: 'AWS::ECS::Cluster' as const, properties: { ClusterName: cluster } },
];

const quickCheck = { ...healthCheck, interval: 5 };

export type ReleaseWishes = Omit<Partial<CreateServiceCommandInput>, 'cluster'> & {
  readonly seed?: number;
  readonly labels?: Labels;
};

type Labels = Readonly<Record<string, string>>;

/** A settled service `web`, an account around it, and the real SDK in front, one attempt a call. */
export async function settledService({ seed = 7, labels = {}, ...wishes }: ReleaseWishes = {}) {
  const clock = virtualClock();
  const { cloud, ecr } = account({ clock, seed });
  await cloud.provision(resources);
  const client = { region: cloud.region, credentials: root, maxAttempts: 1 };
  const ecs = new ECS({ ...client, requestHandler: inProcessHandler(cloud) as never });
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const { pushImage } = await registryClient(cloud, authorizationData![0]!.authorizationToken!);
  let images = 0;

  /** A revision of an image with these labels; answers its ARN. */
  const register = async (imageLabels: Labels = {}, container: object = {}) => {
    images += 1;
    const config = { Cmd: ['node', 'index.js'], Labels: { ...imageLabels, build: String(images) } };
    const { digest } = await pushImage(service, String(images), { config });
    const wanted = definition(
      `${registry}/${service}@${digest}`,
      { healthCheck: quickCheck, ...container },
      { executionRoleArn: executionRole },
    );
    const { taskDefinition } = await ecs.registerTaskDefinition(wanted as never);
    return taskDefinition!.taskDefinitionArn!;
  };
  const update = async (change: Omit<UpdateServiceCommandInput, 'service' | 'cluster'>) =>
    (await ecs.updateService({ cluster, service, ...change })).service!;
  const describe = async () =>
    (await ecs.describeServices({ cluster, services: [service], include: ['TAGS'] })).services![0]!;
  /** The newest service deployment. */
  const newest = async () => {
    const { serviceDeployments } = await ecs.listServiceDeployments({ cluster, service });
    const arn = serviceDeployments![0]!.serviceDeploymentArn!;
    const described = await ecs.describeServiceDeployments({ serviceDeploymentArns: [arn] });
    return { arn, ...described.serviceDeployments![0]! };
  };
  const outline = async () =>
    (await describe()).deployments!.map(({ status, rolloutState, desiredCount, runningCount }) =>
      [status, rolloutState, desiredCount, runningCount].join(' '),
    );
  /** Messages of events, newest first, without ids. */
  const events = async () =>
    (await describe()).events!.map(({ message }) => message!.replaceAll(/(task|ecs-svc\/)\s?[0-9a-f]+/g, '$1'));
  const seconds = (count: number) => clock.advance(count * 1000);
  const until = async (isSo: () => Promise<boolean>, limit = 900) => {
    for (let second = 0; second < limit; second++) {
      if (await isSo()) return second;
      await seconds(1);
    }
    throw new Error(`It was not so within ${limit} seconds.`);
  };

  const first = await register(labels);
  await ecs.createService({
    cluster,
    serviceName: service,
    taskDefinition: first,
    desiredCount: 2,
    launchType: 'FARGATE',
    networkConfiguration: network,
    ...wishes,
  });
  await seconds(120);
  const id = (await describe()).deployments?.[0]?.id;
  return { cloud, clock, ecs, register, update, describe, newest, outline, events, seconds, until, first, id };
}

export type ReleaseWorld = Awaited<ReturnType<typeof settledService>>;
