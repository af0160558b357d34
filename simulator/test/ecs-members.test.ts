import * as sdk from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import type { z } from 'zod';
import {
  containerDefinition,
  linuxParameters,
  logConfiguration,
  portMapping,
  volume,
} from '../services/ecs/definition-shape.ts';
import { containerOverride, overrides } from '../services/ecs/run-task-shape.ts';
import { deploymentConfiguration, loadBalancer, serviceRegistry } from '../services/ecs/service-shape.ts';
import { ecsWorld } from './ecs-world.ts';

/** Member names of a structure in AWS's own model, as the SDK carries it. */
function awsMembers(structure: string): readonly string[] {
  const schema = (sdk as unknown as Record<string, readonly unknown[]>)[`${structure}$`];
  return schema?.[4] as readonly string[];
}

/** A member is known when it is simulated, or refused by its name as not simulated. */
function isKnown(shape: z.ZodType, member: string): boolean {
  try {
    const { error } = shape.safeParse({ [member]: { probe: 1 } });
    return !(error?.issues ?? []).some(
      (issue) => issue.code === 'unrecognized_keys' && issue.path.length === 0 && issue.keys.includes(member),
    );
  } catch (refused) {
    return (refused as Error).name === 'NotSimulatedException';
  }
}

const unknownMembers = (structure: string, shape: z.ZodType) =>
  awsMembers(structure).filter((member) => !isKnown(shape, member));

test('every member of every simulated operation is known', () => {
  const { operations } = ecsWorld();
  const requests = Object.entries(operations).filter(([name]) => awsMembers(`${name}Request`) !== undefined);
  expect(requests.length).toBeGreaterThan(20);
  for (const [name, { input }] of requests) expect([name, unknownMembers(`${name}Request`, input)]).toEqual([name, []]);
});

test.each([
  ['ContainerDefinition', containerDefinition],
  ['PortMapping', portMapping],
  ['LogConfiguration', logConfiguration],
  ['LinuxParameters', linuxParameters],
  ['Volume', volume],
  ['DeploymentConfiguration', deploymentConfiguration],
  ['LoadBalancer', loadBalancer],
  ['ServiceRegistry', serviceRegistry],
  ['TaskOverride', overrides],
  ['ContainerOverride', containerOverride],
] as const)('every member of %s is known', (structure, shape) => {
  expect(unknownMembers(structure, shape)).toEqual([]);
});

test('a member that AWS does not have is unknown', () => {
  expect(isKnown(containerDefinition, 'colour')).toBe(false);
});
