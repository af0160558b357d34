import { notSimulated } from '../../operation.ts';
import type { ContainerDefinition, RegisterTaskDefinitionInput } from './definition-shape.ts';
import { clientError } from './errors.ts';

const limits = { bytes: 64 * 1024, containers: 10, stopTimeout: 120 };

/** What RegisterTaskDefinition refuses for Fargate. Returns cpu units and MiB as AWS stores them. */
export function checkTaskDefinition(input: RegisterTaskDefinitionInput): { cpu: string; memory: string } {
  checkCompatibility(input);
  if (Buffer.byteLength(JSON.stringify(input)) > limits.bytes)
    throw clientError('Actual task definition size exceeds the maximum of 65536 bytes.');
  checkContainers(input);
  checkExecutionRole(input);
  const storage = input.ephemeralStorage?.sizeInGiB;
  if (storage !== undefined && (storage < 21 || storage > 200))
    throw clientError('Ephemeral storage size should be between 21 and 200 GiB.');
  return checkSize(input);
}

function checkCompatibility({ requiresCompatibilities, networkMode }: RegisterTaskDefinitionInput): void {
  if (requiresCompatibilities.length !== 1 || requiresCompatibilities[0] !== 'FARGATE')
    throw notSimulated('task definitions that do not require exactly FARGATE');
  if (networkMode !== 'awsvpc') throw clientError("Fargate only supports network mode 'awsvpc'.");
}

function checkContainers({ containerDefinitions, volumes }: RegisterTaskDefinitionInput): void {
  if (containerDefinitions.length > limits.containers)
    throw clientError(`Task definition can have at most ${limits.containers} containers.`);
  const names = containerDefinitions.map(({ name }) => name);
  if (new Set(names).size < names.length) throw clientError('Container names must be unique within a task definition.');
  if (!containerDefinitions.some(({ essential }) => essential))
    throw clientError('Task definition does not have any essential containers.');
  for (const container of containerDefinitions) {
    checkHealthCheck(container);
    checkPorts(container);
    checkSecretNames(container);
    checkLogging(container);
    for (const { sourceVolume } of container.mountPoints)
      if (!volumes.some(({ name }) => name === sourceVolume)) throw clientError(`Unknown volume '${sourceVolume}'.`);
    if ((container.stopTimeout ?? 0) > limits.stopTimeout)
      throw clientError(`Container stopTimeout must be at most ${limits.stopTimeout} seconds on Fargate.`);
  }
}

function checkHealthCheck({ healthCheck }: ContainerDefinition): void {
  if (healthCheck === undefined) return;
  checkRange('interval', healthCheck.interval, 5, 300);
  checkRange('timeout', healthCheck.timeout, 2, 60);
  checkRange('retries', healthCheck.retries, 1, 10);
  checkRange('startPeriod', healthCheck.startPeriod ?? 0, 0, 300);
  const [form, ...rest] = healthCheck.command;
  if (form === 'NONE') return;
  if ((form !== 'CMD' && form !== 'CMD-SHELL') || rest.length === 0)
    throw clientError('Health check command must begin with CMD or CMD-SHELL, followed by the command.');
}

function checkRange(what: string, value: number, low: number, high: number): void {
  if (value < low || value > high) throw clientError(`Health check ${what} must be between ${low} and ${high}.`);
}

function checkPorts({ portMappings }: ContainerDefinition): void {
  for (const { containerPort, hostPort } of portMappings)
    if (containerPort !== hostPort)
      throw clientError('When networkMode=awsvpc, the host ports and container ports in port mappings must match.');
}

function checkSecretNames({ environment, secrets = [] }: ContainerDefinition): void {
  const names = new Set(environment.map(({ name }) => name));
  for (const { name, valueFrom } of secrets) {
    if (!isSecretReference(valueFrom))
      throw clientError(`The secret '${name}' has an invalid valueFrom: ${valueFrom}.`);
    if (names.has(name))
      throw clientError(
        'The secret name must be unique and not shared with any new or existing environment variables set on the ' +
          `container, such as '${name}'.`,
      );
    names.add(name);
  }
}

/**
 * A parameter's name or ARN, or a secret's ARN. Behind a secret's ARN stand all of `:json-key:version-stage:version-id`
 * or nothing, and stage and id exclude each other.
 */
function isSecretReference(valueFrom: string): boolean {
  const [, , service, , , , , ...rest] = valueFrom.split(':');
  if (!valueFrom.startsWith('arn:')) return /^[a-zA-Z0-9_.\-/]+$/.test(valueFrom);
  if (service === 'ssm') return valueFrom.includes(':parameter/');
  if (service !== 'secretsmanager' || !valueFrom.includes(':secret:')) return false;
  const [, stage = '', id = ''] = rest;
  return (rest.length === 0 || rest.length === 3) && (stage === '' || id === '');
}

function checkLogging({ logConfiguration }: ContainerDefinition): void {
  if (logConfiguration === undefined) return;
  if (logConfiguration.logDriver !== 'awslogs') throw notSimulated(`the log driver ${logConfiguration.logDriver}`);
  for (const option of ['awslogs-group', 'awslogs-region', 'awslogs-stream-prefix'])
    if (!logConfiguration.options[option]) throw clientError(`Log driver awslogs requires options: ${option}.`);
  if (logConfiguration.options['awslogs-create-group'] === 'true') throw notSimulated('awslogs-create-group');
}

function checkExecutionRole({ containerDefinitions, executionRoleArn }: RegisterTaskDefinitionInput): void {
  if (executionRoleArn !== undefined) return;
  if (containerDefinitions.some(({ secrets = [] }) => secrets.length > 0))
    throw clientError(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    );
  if (containerDefinitions.some(({ image }) => /\.dkr\.ecr\./.test(image)))
    throw clientError('Fargate requires task definition to have execution role ARN to support ECR images.');
  if (containerDefinitions.some(({ logConfiguration }) => logConfiguration !== undefined))
    throw clientError('Fargate requires task definition to have execution role ARN to support log driver awslogs.');
}

/** Memory in MiB that Fargate offers for each number of cpu units: from, to, step. */
const fargateSizes: Readonly<Record<number, readonly [number, number, number]>> = {
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16_384: [32_768, 122_880, 8192],
};

function checkSize(input: RegisterTaskDefinitionInput): { cpu: string; memory: string } {
  if (input.cpu === undefined) throw clientError("Fargate requires that 'cpu' be defined at the task level.");
  if (input.memory === undefined) throw clientError("Fargate requires that 'memory' be defined at the task level.");
  const cpu = amount(input.cpu, /^([\d.]+)\s*vcpu$/i, 1024);
  const memory = amount(input.memory, /^([\d.]+)\s*gb$/i, 1024);
  if (!isFargateSize(cpu, memory))
    throw clientError(`No Fargate configuration exists for given values: ${input.cpu} CPU, ${input.memory} memory.`);
  return { cpu: String(cpu), memory: String(memory) };
}

function amount(text: string, unit: RegExp, factor: number): number {
  const match = unit.exec(text.trim());
  return match ? Number(match[1]) * factor : Number(text);
}

function isFargateSize(cpu: number, memory: number): boolean {
  if (cpu === 256) return [512, 1024, 2048].includes(memory);
  const sizes = fargateSizes[cpu];
  if (sizes === undefined) return false;
  const [from, to, step] = sizes;
  return memory >= from && memory <= to && (memory - from) % step === 0;
}
