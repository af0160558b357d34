import { z } from 'zod';
import { notSimulated } from '../../operation.ts';

/** A member that AWS has and the simulator has not: refused loudly when it says anything. */
export function unsimulated(member: string) {
  return z
    .unknown()
    .optional()
    .transform((value) => {
      if (saysSomething(value)) throw notSimulated(`ECS's \`${member}\``);
      return undefined;
    });
}

/** The same for a whole list of members. */
export function unsimulatedMembers<Member extends string>(...members: Member[]) {
  const shape = {} as Record<Member, ReturnType<typeof unsimulated>>;
  for (const member of members) shape[member] = unsimulated(member);
  return shape;
}

function saysSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  return !(Array.isArray(value) && value.length === 0);
}

/** A strict request: unknown members are refused, null means absent, as AWS's parsers have it. */
export function request<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess(dropNulls, z.strictObject(shape));
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
