import { z } from 'zod';
import { notSimulated } from '../../operation.ts';

/**
 * A strict shape: members that AWS has not are refused, and so are those that AWS has and the simulator has not, as
 * soon as they say anything. False and empty lists say nothing.
 */
export function shape<Shape extends z.ZodRawShape>(members: Shape, notSimulatedMembers: readonly string[] = []) {
  return z.preprocess((value) => withoutUnsimulated(value, notSimulatedMembers), z.strictObject(members));
}

/** The shape of a whole request, in which null means absent, as AWS's parsers have it. */
export function request<Shape extends z.ZodRawShape>(members: Shape, notSimulatedMembers: readonly string[] = []) {
  return z.preprocess((value) => withoutUnsimulated(dropNulls(value), notSimulatedMembers), z.strictObject(members));
}

function withoutUnsimulated(value: unknown, names: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value);
  const loud = members.find(([name, member]) => names.includes(name) && saysSomething(member));
  if (loud !== undefined) throw notSimulated(`ECS's \`${loud[0]}\``);
  return Object.fromEntries(members.filter(([name]) => !names.includes(name)));
}

function saysSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  return !(Array.isArray(value) && value.length === 0);
}

function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, dropNulls(member)]),
  );
}

export const tags = z
  .array(z.strictObject({ key: z.string().min(1).max(128), value: z.string().max(256).default('') }))
  .max(50)
  .default([]);

export const keyValue = z.strictObject({ name: z.string().min(1), value: z.string() });

export const networkConfiguration = z.strictObject({
  awsvpcConfiguration: z.strictObject({
    subnets: z.array(z.string()).min(1).max(16),
    securityGroups: z.array(z.string()).max(5).default([]),
    assignPublicIp: z.enum(['ENABLED', 'DISABLED']).default('DISABLED'),
  }),
});
export type NetworkConfiguration = z.infer<typeof networkConfiguration>;

export const capacityProviderStrategy = z.array(
  z.strictObject({
    capacityProvider: z.enum(['FARGATE', 'FARGATE_SPOT']),
    weight: z.int().min(0).max(1000).default(0),
    base: z.int().min(0).max(100_000).default(0),
  }),
);

export const propagateTags = z.enum(['TASK_DEFINITION', 'SERVICE', 'NONE']);
