import { z } from 'zod';
import { keyValue, request, shape, tags } from './shapes.ts';

/** Defaults are those the server adds, so what is parsed is what DescribeTaskDefinition shows. */
export const portMapping = shape(
  {
    containerPort: z.int().min(1).max(65_535),
    hostPort: z.int().min(0).max(65_535).optional(),
    protocol: z.enum(['tcp', 'udp']).default('tcp'),
    name: z.string().optional(),
    appProtocol: z.enum(['http', 'http2', 'grpc']).optional(),
  },
  ['containerPortRange'],
).transform((mapping) => ({ ...mapping, hostPort: mapping.hostPort ?? mapping.containerPort }));

const healthCheck = z.strictObject({
  command: z.array(z.string()).min(1),
  interval: z.int().default(30),
  timeout: z.int().default(5),
  retries: z.int().default(3),
  startPeriod: z.int().optional(),
});

export const logConfiguration = shape(
  {
    logDriver: z.enum(['awslogs', 'splunk', 'awsfirelens']),
    options: z.record(z.string(), z.string()).default({}),
  },
  ['secretOptions'],
);

/** Stored and shown: a local process or a model has no kernel capabilities to take away. */
export const linuxParameters = shape(
  {
    initProcessEnabled: z.boolean().optional(),
    capabilities: z
      .strictObject({ add: z.array(z.string()).optional(), drop: z.array(z.string()).optional() })
      .optional(),
  },
  ['devices', 'sharedMemorySize', 'tmpfs', 'maxSwap', 'swappiness'],
);

export const containerDefinition = shape(
  {
    name: z.string().regex(/^[a-zA-Z0-9_-]{1,255}$/),
    image: z.string().min(1),
    cpu: z.int().min(0).default(0),
    memory: z.int().min(4).optional(),
    memoryReservation: z.int().min(4).optional(),
    portMappings: z.array(portMapping).max(100).default([]),
    essential: z.boolean().default(true),
    entryPoint: z.array(z.string()).optional(),
    command: z.array(z.string()).optional(),
    environment: z.array(keyValue).default([]),
    secrets: z.array(z.strictObject({ name: z.string().min(1), valueFrom: z.string().min(1) })).optional(),
    mountPoints: z
      .array(
        z.strictObject({
          sourceVolume: z.string(),
          containerPath: z.string(),
          readOnly: z.boolean().optional(),
        }),
      )
      .default([]),
    volumesFrom: z.array(z.never()).default([]),
    systemControls: z.array(z.never()).default([]),
    healthCheck: healthCheck.optional(),
    logConfiguration: logConfiguration.optional(),
    stopTimeout: z.int().optional(),
    startTimeout: z.int().optional(),
    user: z.string().optional(),
    workingDirectory: z.string().optional(),
    readonlyRootFilesystem: z.boolean().optional(),
    privileged: z.literal(false).optional(),
    interactive: z.boolean().optional(),
    pseudoTerminal: z.boolean().optional(),
    dockerLabels: z.record(z.string(), z.string()).optional(),
    linuxParameters: linuxParameters.optional(),
    ulimits: z.array(z.strictObject({ name: z.string(), softLimit: z.int(), hardLimit: z.int() })).optional(),
    versionConsistency: z.literal('enabled').optional(),
  },
  [
    'dependsOn',
    'restartPolicy',
    'environmentFiles',
    'repositoryCredentials',
    'firelensConfiguration',
    'resourceRequirements',
    'credentialSpecs',
    'links',
    'hostname',
    'extraHosts',
    'dnsServers',
    'dnsSearchDomains',
    'dockerSecurityOptions',
    'disableNetworking',
  ],
);
export type ContainerDefinition = z.infer<typeof containerDefinition>;

/** Scratch space of the task only: `host` may be there, and must be empty. */
export const volume = shape({ name: z.string(), host: z.strictObject({}).optional() }, [
  'efsVolumeConfiguration',
  'dockerVolumeConfiguration',
  'fsxWindowsFileServerVolumeConfiguration',
  's3filesVolumeConfiguration',
  'configuredAtLaunch',
]);

export const registerTaskDefinitionInput = request(
  {
    family: z.string().regex(/^[a-zA-Z0-9_-]{1,255}$/),
    containerDefinitions: z.array(containerDefinition).min(1),
    networkMode: z.enum(['awsvpc', 'bridge', 'host', 'none']).optional(),
    requiresCompatibilities: z.array(z.enum(['FARGATE', 'EC2', 'EXTERNAL', 'MANAGED_INSTANCES'])).default([]),
    cpu: z.string().optional(),
    memory: z.string().optional(),
    taskRoleArn: z.string().optional(),
    executionRoleArn: z.string().optional(),
    runtimePlatform: z
      .strictObject({
        cpuArchitecture: z.enum(['X86_64', 'ARM64']).optional(),
        operatingSystemFamily: z.string().optional(),
      })
      .optional(),
    ephemeralStorage: z.strictObject({ sizeInGiB: z.int() }).optional(),
    volumes: z.array(volume).default([]),
    placementConstraints: z.array(z.never()).default([]),
    tags,
  },
  ['proxyConfiguration', 'inferenceAccelerators', 'pidMode', 'ipcMode', 'enableFaultInjection'],
);
export type RegisterTaskDefinitionInput = z.infer<typeof registerTaskDefinitionInput>;
