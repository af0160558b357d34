import { z } from 'zod';
import type { Cloud, SessionCredentials } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { callerArn } from '../iam/caller.ts';

/** What every way to become a role is told. */
export const roleSession = {
  RoleArn: z.string().min(20).max(2048),
  RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/, 'must be 2 to 64 of [\\w+=,.@-]'),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
};

/** The duration that was asked for. Throws ValidationError when the role does not last that long. */
export function durationFor(cloud: Cloud, roleArn: string, seconds: number): number {
  if (seconds <= (cloud.iam.roleByArn(roleArn)?.maxSessionSeconds ?? 0)) return seconds;
  throw new AwsError(
    'ValidationError',
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  );
}

export function sessionAnswer(cloud: Cloud, session: SessionCredentials, name: string) {
  const { principal } = cloud.iam.keyOf(session.AccessKeyId)!;
  return {
    Credentials: {
      AccessKeyId: session.AccessKeyId,
      SecretAccessKey: session.SecretAccessKey,
      SessionToken: session.Token,
      Expiration: session.Expiration,
    },
    AssumedRoleUser: { AssumedRoleId: `AROASIMULATED:${name}`, Arn: callerArn(principal) },
  };
}
