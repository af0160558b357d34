import { z } from 'zod';
import { keyValue, request, shape, tags } from './shapes.ts';

/** Defaults are those the server adds, so what is parsed is what DescribeTaskDefinition shows. */
const portMapping = shape(
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

const logConfiguration = shape(
  {
    logDriver: z.enum(['awslogs', 'splunk', 'awsfirelens']),
    options: z.record(z.string(), z.string()).default({}),
  },
  ['secretOptions'],
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
    linuxParameters: z.strictObject({ initProcessEnabled: z.boolean().optional() }).optional(),
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
    /** Scratch volumes only. */
    volumes: z
      .array(
        shape(
          {
            name: z.string(),
          },
          [
            'host',
            'efsVolumeConfiguration',
            'dockerVolumeConfiguration',
            'fsxWindowsFileServerVolumeConfiguration',
            'configuredAtLaunch',
            's3filesVolumeConfiguration',
          ],
        ),
      )
      .default([]),
    placementConstraints: z.array(z.never()).default([]),
    tags,
  },
  ['proxyConfiguration', 'inferenceAccelerators', 'pidMode', 'ipcMode', 'enableFaultInjection'],
);
export type RegisterTaskDefinitionInput = z.infer<typeof registerTaskDefinitionInput>;
