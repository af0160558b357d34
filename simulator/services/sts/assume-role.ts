import { z } from 'zod';
import { AwsError, operation } from '../../operation.ts';
import type { Call } from '../../operation.ts';
import { callerArn } from '../iam/caller.ts';
import { durationFor, roleSession, sessionAnswer } from './role-session.ts';

const action = 'sts:AssumeRole';

/** A role session that was begun by another one lasts an hour at most. */
const longestChained = 3600;

/** One role session becomes another role. */
export const assumeRole = operation({
  input: z.strictObject(roleSession),
  // Whose leave is needed depends on whom the trust policy names.
  resources: () => [],
  run({ RoleArn, RoleSessionName, DurationSeconds }, call) {
    const { cloud, principal } = call;
    if (principal.kind === 'root') throw denied('Roles may not be assumed by root accounts.');
    if (!mayBecome(call, RoleArn, RoleSessionName))
      throw denied(`User: ${callerArn(principal)} is not authorized to perform: ${action} on resource: ${RoleArn}`);
    const seconds = durationFor(cloud, RoleArn, DurationSeconds);
    if (seconds > longestChained) {
      const message =
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining';
      throw new AwsError('ValidationError', message);
    }
    return sessionAnswer(cloud, cloud.iam.sessionFor(RoleArn, RoleSessionName, seconds), RoleSessionName);
  },
});

/**
 * A trust policy that names the role lets it in by itself; one that names the account leaves it to the role's own
 * policies (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
 */
function mayBecome({ cloud, principal }: Call, roleArn: string, name: string): boolean {
  if (principal.kind !== 'role') return false;
  const conditions = { 'sts:RoleSessionName': name };
  const isTrusted = (id: string) => cloud.iam.trusts(roleArn, { kind: 'AWS', id }, action, conditions);
  if (isTrusted(principal.role)) return true;
  const accountIsTrusted = isTrusted(`arn:aws:iam::${cloud.account}:root`) || isTrusted(cloud.account);
  const own = cloud.iam.verdict(principal, action, { action, resource: roleArn, conditions });
  return accountIsTrusted && own === 'allowed';
}

function denied(message: string): AwsError {
  return new AwsError('AccessDenied', message, { status: 403 });
}
