import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import type { ServiceContract } from '../core/contract.ts';
import type { HealthCheck, Service } from '../core/manifest/model.ts';
import { registryHost } from '../core/registry.ts';

/** What RegisterTaskDefinition takes, without tags. */
export type TaskDefinition = Omit<RegisterTaskDefinitionCommandInput, 'tags'>;

/** Everything a task definition of ours is made from. */
export type DefinitionParts = {
  readonly family: string;
  readonly service: Service;
  readonly contract: ServiceContract;
  readonly region: string;
  /** `<registry>/<repository>@sha256:…`: always by digest. */
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Variable to valueFrom: complete ARNs. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Instead of the image's own command; such a task has neither port nor health check. */
  readonly command?: readonly string[];
};

/** First part of a log stream's name: `<prefix>/<container>/<task id>`. Fargate demands one. */
const logStreamPrefix = 'ecs';

/** The one place that knows what our task definitions look like: one essential container, named like the service. */
export function composeTaskDefinition(parts: DefinitionParts): TaskDefinition {
  const { family, service, contract } = parts;
  return {
    family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: String(service.cpu),
    memory: String(service.memory),
    executionRoleArn: contract.executionRole,
    taskRoleArn: contract.taskRole,
    runtimePlatform: {
      operatingSystemFamily: 'LINUX',
      cpuArchitecture: service.build.platforms[0] === 'linux/arm64' ? 'ARM64' : 'X86_64',
    },
    containerDefinitions: [composeContainer(parts)],
  };
}

/** Where ECS pulls an image from: always the canonical host of account and region, and always by digest. */
export function imageReference(
  { account, region }: { account: string; region: string },
  repository: string,
  digest: string,
): string {
  return `${registryHost(account, region)}/${repository}@${digest}`;
}

/** The log stream that a task of ours writes to. */
export function logStreamOf(service: string, taskId: string): string {
  return `${logStreamPrefix}/${service}/${taskId}`;
}

function composeContainer({
  service,
  contract,
  region,
  image,
  environment,
  secrets,
  command,
}: DefinitionParts): ContainerDefinition {
  return {
    name: service.name,
    image,
    essential: true,
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
    secrets: Object.entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': contract.logGroup,
        'awslogs-region': region,
        'awslogs-stream-prefix': logStreamPrefix,
      },
    },
    ...(command === undefined ? serving(service) : { command: [...command] }),
  };
}

function serving(service: Service): Pick<ContainerDefinition, 'portMappings' | 'healthCheck'> {
  const command = service.healthCheck === undefined ? undefined : healthCommand(service.healthCheck, service.port);
  return {
    ...(service.port === undefined ? {} : { portMappings: [{ containerPort: service.port, protocol: 'tcp' }] }),
    ...(service.healthCheck === undefined || command === undefined
      ? {}
      : {
          healthCheck: {
            command,
            interval: service.healthCheck.intervalSeconds,
            timeout: service.healthCheck.timeoutSeconds,
            retries: service.healthCheck.retries,
            startPeriod: service.healthCheck.startPeriodSeconds,
          },
        }),
  };
}

/** Without a command of its own: a fetch by Node, which every Node image has, where curl is often missing. */
function healthCommand(check: HealthCheck, port: number | undefined): string[] | undefined {
  if (check.command !== undefined) return [...check.command];
  if (port === undefined) return undefined;
  const url = `'http://127.0.0.1:'+(process.env.PORT||${port})+${JSON.stringify(check.path)}`;
  return ['CMD', 'node', '-e', `fetch(${url}).then(r=>process.exit(r.ok?0:1),()=>process.exit(1))`];
}
