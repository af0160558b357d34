import type { AuthorizationRequest } from '../authorization.ts';
import type { Cloud, Provisioned, PulledImageWithConfig, ResourceProvider } from '../cloud.ts';
import { virtualClock } from '../clock.ts';
import { createModelDriver } from '../drivers/model.ts';
import type { Operation, Principal } from '../operation.ts';
import { seededRandom } from '../random.ts';
import { createDiscovery } from '../services/discovery/index.ts';
import { createEc2 } from '../services/ec2/index.ts';
import { createEcs } from '../services/ecs/index.ts';
import { createElb } from '../services/elb/index.ts';
import { accessDenied } from '../services/iam/judge.ts';

export const registry = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';
export const executionRole = 'arn:aws:iam::111122223333:role/execution';

/** ECS and its neighbours in process on a virtual clock, with the rest of the account as plain values. */
export function ecsWorld({ seed = 7 } = {}) {
  const clock = virtualClock();
  const images = new Map<string, PulledImageWithConfig>();
  const secrets = new Map<string, string>();
  const denied = new Set<string>();
  const lines: string[] = [];
  const cloud = {
    account: '111122223333',
    region: 'eu-west-1',
    seed,
    clock,
    random: (concern: string) => seededRandom(seed, concern),
    driver: createModelDriver({ clock }),
    iam: {
      trusts: (role: string) => !role.includes('missing'),
      authorize(principal: Principal, _cause: string, requests: readonly AuthorizationRequest[]) {
        const refused = requests.find(({ action }) => denied.has(action));
        if (refused !== undefined) throw accessDenied(principal, refused, 'not allowed');
      },
    },
    ecr: {
      pull(reference: string) {
        const image = images.get(reference);
        if (image === undefined)
          throw new Error(
            `pull image manifest has been retried 5 time(s): failed to resolve ref ${reference}: not found`,
          );
        return image;
      },
    },
    ssm: { valueOf: (name: string) => secrets.get(name) },
    secrets: {
      arnOf: (valueFrom: string) => (secrets.has(valueFrom) ? valueFrom : undefined),
      valueFrom(valueFrom: string) {
        const value = secrets.get(valueFrom);
        if (value === undefined)
          throw new Error("ResourceNotFoundException: Secrets Manager can't find the specified secret.");
        return value;
      },
    },
    logs: {
      hasGroup: (group: string) => group === '/smartboard/prod',
      append: (group: string, stream: string, line: string) => void lines.push(`${group} ${stream} ${line}`),
    },
  } as unknown as Cloud & Record<string, unknown>;

  const modules = {
    ec2: createEc2(cloud),
    elb: createElb(cloud),
    discovery: createDiscovery(cloud),
    ecs: createEcs(cloud),
  };
  const ecs = modules.ecs.state;
  Object.assign(cloud, {
    ec2: modules.ec2.state,
    elb: modules.elb.state,
    discovery: modules.discovery.state,
    ecs,
  });
  const operations: Record<string, Operation> = Object.assign(
    {},
    ...Object.values(modules).flatMap((module) => module.services.map((service) => service.operations)),
  ) as Record<string, Operation>;

  // Answers are plain JSON, as on the wire.
  const call = (name: string, input: object = {}): any => {
    const spec = operations[name]!;
    const answer = spec.run(spec.input.parse(input), {
      cloud,
      principal: { kind: 'root', account: cloud.account },
      requestId: 'test',
      host: '127.0.0.1:4566',
    });
    return JSON.parse(JSON.stringify(answer));
  };

  const make = (type: string, properties: Record<string, unknown>) => {
    const providers: Record<string, ResourceProvider> = Object.assign(
      {},
      ...Object.values(modules).map(({ resources }) => resources),
    );
    return providers[type]!.create(properties, cloud) as Provisioned;
  };

  /** Pushes an image with labels; gives its reference by tag. */
  const push = (name: string, labels: Record<string, string> = {}) => {
    const digest = `sha256:${seededRandom(seed, `${name}${JSON.stringify(labels)}`).text(64)}`;
    const repository = name.split(':')[0]!;
    const image: PulledImageWithConfig = {
      repository,
      digest,
      requestedDigest: digest,
      compressedBytes: 1000,
      labels,
      layers: [],
      config: { entrypoint: [], command: ['node', 'index.js'], environment: {}, workingDirectory: '/app', user: '' },
    };
    images.set(`${registry}/${name}`, image);
    images.set(`${registry}/${repository}@${digest}`, image);
    return `${registry}/${name}`;
  };

  const service = (name: string) => call('DescribeServices', { cluster: 'smartboard', services: [name] }).services[0];
  const task = (arn: string) => call('DescribeTasks', { cluster: 'smartboard', tasks: [arn] }).tasks[0];
  const seconds = (count: number) => clock.advance(count * 1000);

  return { cloud, clock, ecs, operations, images, secrets, denied, lines, call, make, push, service, task, seconds };
}

export type EcsWorld = ReturnType<typeof ecsWorld>;

export const network = { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } };

/** A Fargate task definition of one container; `container` and `task` say what matters to the test. */
export function definition(image: string, container: object = {}, task: object = {}) {
  return {
    family: 'web',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: executionRole,
    containerDefinitions: [{ name: 'web', image, portMappings: [{ containerPort: 3000 }], ...container }],
    ...task,
  };
}

export const healthCheck = { command: ['CMD-SHELL', 'exit 0'], interval: 10, retries: 2 };

/** A cluster with a registered definition; gives the definition's ARN. */
export function register(world: EcsWorld, image: string, container: object = {}, task: object = {}): string {
  world.call('CreateCluster', { clusterName: 'smartboard' });
  const answer = world.call('RegisterTaskDefinition', definition(image, { healthCheck, ...container }, task));
  return answer.taskDefinition.taskDefinitionArn;
}

const breaker = { enable: true, rollback: true };

/** A service `web` of one task with a circuit breaker. */
export function createWeb(world: EcsWorld, taskDefinition: string, more: object = {}) {
  return world.call('CreateService', {
    cluster: 'smartboard',
    serviceName: 'web',
    taskDefinition,
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: network,
    deploymentConfiguration: { deploymentCircuitBreaker: breaker },
    ...more,
  }).service;
}

export const updateWeb = (world: EcsWorld, change: object) =>
  world.call('UpdateService', { cluster: 'smartboard', service: 'web', ...change }).service;

export function runTask(world: EcsWorld, taskDefinition: string, more: object = {}) {
  return world.call('RunTask', {
    cluster: 'smartboard',
    taskDefinition,
    launchType: 'FARGATE',
    networkConfiguration: network,
    ...more,
  });
}

/** Messages of the service's events, oldest first, with the ids left out. */
export const messages = (world: EcsWorld): string[] =>
  world
    .service('web')
    .events.map(({ message }: { message: string }) => message.replaceAll(/(task|ecs-svc\/)\s?[0-9a-f]+/g, '$1'))
    .toReversed();
