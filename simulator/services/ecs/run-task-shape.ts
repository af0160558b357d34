import { z } from 'zod';
import {
  capacityProviderStrategy,
  keyValue,
  networkConfiguration,
  propagateTags,
  request,
  shape,
  tags,
} from './shapes.ts';

export const containerOverride = shape(
  {
    name: z.string().min(1),
    command: z.array(z.string()).optional(),
    environment: z.array(keyValue).optional(),
    cpu: z.int().optional(),
    memory: z.int().optional(),
    memoryReservation: z.int().optional(),
  },
  ['environmentFiles', 'resourceRequirements'],
);

export const overrides = shape(
  {
    containerOverrides: z.array(containerOverride).default([]),
    cpu: z.string().optional(),
    memory: z.string().optional(),
    taskRoleArn: z.string().optional(),
    executionRoleArn: z.string().optional(),
  },
  ['inferenceAcceleratorOverrides', 'ephemeralStorage'],
)
  .refine((value) => JSON.stringify(value).length <= 8192, 'Overrides length must be at most 8192')
  .prefault({});

export const runTaskInput = request(
  {
    cluster: z.string().default('default'),
    taskDefinition: z.string().min(1),
    count: z.int().min(1).max(10).default(1),
    launchType: z.literal('FARGATE').optional(),
    capacityProviderStrategy: capacityProviderStrategy.optional(),
    networkConfiguration: networkConfiguration.optional(),
    overrides,
    startedBy: z
      .string()
      .regex(/^[A-Za-z0-9_/-]{0,128}$/)
      .optional(),
    group: z.string().optional(),
    clientToken: z
      .string()
      .regex(/^[\x21-\x7e]{1,64}$/)
      .optional(),
    platformVersion: z.string().optional(),
    referenceId: z.string().optional(),
    enableExecuteCommand: z.boolean().optional(),
    enableECSManagedTags: z.boolean().default(false),
    propagateTags: propagateTags
      .refine((value) => value !== 'SERVICE', 'propagateTags SERVICE is not allowed for RunTask')
      .optional(),
    tags,
  },
  ['placementConstraints', 'placementStrategy', 'volumeConfigurations'],
);
export type RunTaskInput = z.infer<typeof runTaskInput>;
