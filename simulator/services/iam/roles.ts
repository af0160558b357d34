import { z } from 'zod';
import type { Cloud, Provisioned, ResourceMaker, Role } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
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

/** The one AWS managed policy that task execution roles use; others are refused. */
const managedPolicies: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy': {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: [
        'ecr:GetAuthorizationToken',
        'ecr:BatchCheckLayerAvailability',
        'ecr:GetDownloadUrlForLayer',
        'ecr:BatchGetImage',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
      ],
      Resource: '*',
    },
  },
};

/** A role with its documents already read, so that a mistake in one shows when it is made, not when it is used. */
export type KnownRole = Role & {
  readonly id: string;
  readonly created: number;
  readonly statements: readonly Statement[];
};

/** Makes `AWS::IAM::Role`: ref is the name, `Arn` an attribute. */
export function roleMaker(roles: Map<string, KnownRole>): ResourceMaker {
  return (properties, cloud): Provisioned => {
    const role = readRole(properties, cloud);
    roles.set(role.arn, role);
    return {
      ref: role.name,
      attributes: { Arn: role.arn, RoleId: role.id },
    };
  };
}

function readRole(properties: Readonly<Record<string, unknown>>, cloud: Cloud): KnownRole {
  const parsed = roleShape.safeParse(properties);
  if (!parsed.success) throw new AwsError('ValidationError', z.prettifyError(parsed.error));
  const { RoleName, Path, AssumeRolePolicyDocument, Policies, ManagedPolicyArns, MaxSessionDuration } = parsed.data;
  const policies = [...Policies.map((it) => it.PolicyDocument), ...ManagedPolicyArns.map(managedPolicy)];
  readTrust(AssumeRolePolicyDocument);
  return {
    arn: `arn:aws:iam::${cloud.account}:role${Path}${RoleName}`,
    name: RoleName,
    id: `AROA${cloud.random('role-ids').text(17, idAlphabet)}`,
    created: cloud.clock.now(),
    trust: AssumeRolePolicyDocument,
    policies,
    maxSessionSeconds: MaxSessionDuration,
    statements: policies.flatMap(readPolicy),
  };
}

function managedPolicy(arn: string): Readonly<Record<string, unknown>> {
  const document = managedPolicies[arn];
  if (document === undefined)
    throw new AwsError('NoSuchEntity', `The simulator does not know the managed policy ${arn}.`);
  return document;
}

export const idAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
