import { z } from 'zod';
import type { Cloud, ResourceProperties, Role } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { awsManagedPolicy } from './managed-policies.ts';
import { readPolicy } from './policy.ts';
import { readTrust } from './trust.ts';
import type { Statement } from './policy.ts';

const roleShape = z.strictObject({
  RoleName: z.string().regex(/^[\w+=,.@-]{1,64}$/),
  AssumeRolePolicyDocument: z.record(z.string(), z.unknown()),
  Policies: z
    .array(z.strictObject({ PolicyName: z.string(), PolicyDocument: z.record(z.string(), z.unknown()) }))
    .default([]),
  ManagedPolicyArns: z.array(z.string()).default([]),
  MaxSessionDuration: z.number().int().min(3600).max(43_200).default(3600),
  Path: z.string().startsWith('/').default('/'),
  Description: z.string().optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

/** A role with its documents already read, so that a mistake in one shows when it is made, not when it is used. */
export type KnownRole = Role & {
  readonly id: string;
  readonly created: number;
  readonly statements: readonly Statement[];
  readonly trustStatements: readonly Statement[];
};

/** A role as a template says it. Throws ValidationError, MalformedPolicyDocument or NoSuchEntity. */
export function readRole(
  properties: ResourceProperties,
  cloud: Cloud,
  managed: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): KnownRole {
  const parsed = roleShape.safeParse(properties);
  if (!parsed.success) throw new AwsError('ValidationError', z.prettifyError(parsed.error));
  const { RoleName, Path, AssumeRolePolicyDocument, Policies, ManagedPolicyArns, MaxSessionDuration } = parsed.data;
  const policies = [
    ...Policies.map((it) => it.PolicyDocument),
    ...ManagedPolicyArns.map((arn) => managed.get(arn) ?? awsManagedPolicy(arn)),
  ];
  return {
    arn: `arn:aws:iam::${cloud.account}:role${Path}${RoleName}`,
    name: RoleName,
    id: `AROA${cloud.random('role-ids').text(17, idAlphabet)}`,
    created: cloud.clock.now(),
    trust: AssumeRolePolicyDocument,
    policies,
    maxSessionSeconds: MaxSessionDuration,
    statements: policies.flatMap((document) => readPolicy(document)),
    trustStatements: readTrust(AssumeRolePolicyDocument),
  };
}

export const idAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
