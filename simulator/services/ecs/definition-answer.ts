import { secondsIf, seconds } from './answers.ts';
import type { ContainerDefinition } from './definition-shape.ts';
import type { TaskDefinition } from './state.ts';

/** A task definition as DescribeTaskDefinition shows it; its tags stand beside it. */
export function describeDefinition(definition: TaskDefinition) {
  const { arn, tags: _tags, usable: _usable, registeredAt, deregisteredAt, deleteRequestedAt, ...rest } = definition;
  return {
    ...rest,
    taskDefinitionArn: arn,
    compatibilities: ['EC2', 'FARGATE'],
    requiresAttributes: requiredAttributes(definition),
    registeredAt: seconds(registeredAt),
    deregisteredAt: secondsIf(deregisteredAt),
    deleteRequestedAt: secondsIf(deleteRequestedAt),
  };
}

function requiredAttributes(definition: TaskDefinition): { name: string }[] {
  const has = (test: (container: ContainerDefinition) => boolean) => definition.containerDefinitions.some(test);
  const capabilities: [string, boolean][] = [
    ['ecs.capability.task-eni', true],
    ['com.amazonaws.ecs.capability.docker-remote-api.1.18', true],
    ['com.amazonaws.ecs.capability.ecr-auth', has(({ image }) => image.includes('.dkr.ecr.'))],
    ['ecs.capability.execution-role-ecr-pull', has(({ image }) => image.includes('.dkr.ecr.'))],
    [
      'com.amazonaws.ecs.capability.logging-driver.awslogs',
      has((container) => container.logConfiguration !== undefined),
    ],
    ['ecs.capability.execution-role-awslogs', has((container) => container.logConfiguration !== undefined)],
    ['ecs.capability.container-health-check', has((container) => container.healthCheck !== undefined)],
    ['ecs.capability.secrets.asm.environment-variables', has(({ secrets = [] }) => secrets.some(isSecret))],
    [
      'ecs.capability.secrets.ssm.environment-variables',
      has(({ secrets = [] }) => secrets.some((one) => !isSecret(one))),
    ],
    ['com.amazonaws.ecs.capability.task-iam-role', definition.taskRoleArn !== undefined],
  ];
  return capabilities.filter(([, isNeeded]) => isNeeded).map(([name]) => ({ name }));
}

const isSecret = ({ valueFrom }: { valueFrom: string }) => valueFrom.includes(':secretsmanager:');
