import { seconds, secondsIf } from './answers.ts';
import type { Task, TaskContainer } from './state.ts';
import { healthOf } from './task.ts';

/** A task as RunTask and DescribeTasks show it: what is not known yet is absent, as on AWS. */
export function describeTask(task: Task, include: readonly string[] = []) {
  return {
    taskArn: task.arn,
    clusterArn: task.cluster.arn,
    taskDefinitionArn: task.definition.arn,
    group: task.group,
    startedBy: task.startedBy,
    availabilityZone: task.availabilityZone,
    lastStatus: task.status,
    desiredStatus: task.desiredStatus,
    healthStatus: healthOf(task),
    launchType: 'FARGATE',
    capacityProviderName: task.capacityProvider,
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    cpu: task.overrides.cpu ?? task.definition.cpu,
    memory: task.overrides.memory ?? task.definition.memory,
    ephemeralStorage: task.definition.ephemeralStorage ?? { sizeInGiB: 20 },
    enableExecuteCommand: task.executeCommand,
    overrides: { inferenceAcceleratorOverrides: [], ...task.overrides },
    attributes: [
      {
        name: 'ecs.cpu-architecture',
        value: task.definition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64',
      },
    ],
    attachments: [describeInterface(task)],
    containers: task.containers.map((container) => describeContainer(task, container)),
    version: 1 + task.containers.length,
    tags: include.includes('TAGS') ? task.tags : [],
    connectivity: task.connectivityAt === undefined ? undefined : 'CONNECTED',
    connectivityAt: secondsIf(task.connectivityAt),
    createdAt: seconds(task.createdAt),
    pullStartedAt: secondsIf(task.pullStartedAt),
    pullStoppedAt: secondsIf(task.pullStoppedAt),
    startedAt: secondsIf(task.startedAt),
    stoppingAt: secondsIf(task.stoppingAt),
    executionStoppedAt: secondsIf(task.executionStoppedAt),
    stoppedAt: secondsIf(task.stoppedAt),
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
  };
}

function describeInterface(task: Task) {
  const details = [
    { name: 'subnetId', value: task.subnet },
    ...(task.running === undefined ? [] : [{ name: 'privateIPv4Address', value: task.running.address }]),
  ];
  const status = task.status === 'STOPPED' ? 'DELETED' : task.connectivityAt === undefined ? 'PRECREATED' : 'ATTACHED';
  return { id: `${task.id.slice(0, 8)}-eni`, type: 'ElasticNetworkInterface', status, details };
}

function describeContainer(task: Task, container: TaskContainer) {
  const { definition } = container;
  return {
    containerArn: container.arn,
    taskArn: task.arn,
    name: definition.name,
    image: definition.image,
    imageDigest: container.imageDigest,
    runtimeId: container.runtimeId,
    lastStatus: container.status,
    healthStatus: container.health,
    cpu: String(definition.cpu),
    memory: definition.memory === undefined ? undefined : String(definition.memory),
    memoryReservation: definition.memoryReservation === undefined ? undefined : String(definition.memoryReservation),
    networkBindings: [],
    networkInterfaces:
      task.running === undefined
        ? []
        : [{ attachmentId: `${task.id.slice(0, 8)}-eni`, privateIpv4Address: task.running.address }],
    exitCode: container.exitCode,
    reason: container.reason,
  };
}
