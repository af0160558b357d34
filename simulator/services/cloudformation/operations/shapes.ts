import { z } from 'zod';
import { notSimulated } from '../../../operation.ts';
import type { GivenParameter } from '../template/parameters.ts';
import type { Wish } from '../stack/target.ts';

/** A list in a form; an empty one is sent as an empty text. */
export const list = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => (value === '' ? [] : value), z.array(item)).default([]);

export const flag = z.enum(['true', 'false']);
export const stackName = z
  .string()
  .regex(/^([a-zA-Z][-a-zA-Z0-9]{0,127}|arn:[-a-zA-Z0-9:/._+]*)$/, 'not the name of a stack');
export const newStackName = z
  .string()
  .regex(/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/, 'Member must satisfy [a-zA-Z][-a-zA-Z0-9]*');
export const changeSetName = z.string().min(1).max(1600);
export const token = z.string().max(128).optional();

const parameter = z.strictObject({
  ParameterKey: z.string(),
  ParameterValue: z.string().optional(),
  UsePreviousValue: flag.optional(),
});

export const templateSource = {
  TemplateBody: z.string().min(1).optional(),
  TemplateURL: z.string().min(1).optional(),
};

/** How fast a deployment calls itself done. */
export const deploymentConfig = z
  .strictObject({ Mode: z.literal('STANDARD', 'express deployments are not simulated') })
  .optional();

/** What creations, updates and change sets have in common. */
export const deployment = {
  ...templateSource,
  Parameters: list(parameter),
  Capabilities: list(z.enum(['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'])),
  Tags: list(z.strictObject({ Key: z.string(), Value: z.string() })),
  RoleARN: z.string().optional(),
  ClientRequestToken: token,
  NotificationARNs: list(z.string()),
  ResourceTypes: list(z.string()),
  RollbackConfiguration: z.unknown().optional(),
  DeploymentConfig: deploymentConfig,
};

type Deployment = {
  readonly Parameters: readonly z.output<typeof parameter>[];
  readonly Capabilities: readonly string[];
  readonly Tags: Wish['tags'];
  readonly RoleARN?: string | undefined;
  readonly NotificationARNs: readonly string[];
};

/** A request's part of a wish. Notifications are not simulated, and loudly so. */
export function wishIn(input: Deployment): Pick<Wish, 'given' | 'tags' | 'capabilities' | 'roleArn'> {
  if (input.NotificationARNs.length > 0) throw notSimulated('notifications of stacks');
  const given = input.Parameters.map(({ ParameterKey, ParameterValue, UsePreviousValue }): [string, GivenParameter] => [
    ParameterKey,
    UsePreviousValue === 'true' ? { usePrevious: true } : { value: ParameterValue ?? '' },
  ]);
  return {
    given: Object.fromEntries(given),
    tags: input.Tags,
    capabilities: input.Capabilities,
    roleArn: input.RoleARN,
  };
}
