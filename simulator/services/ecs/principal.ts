import type { Call } from '../../operation.ts';

/** Who called, as ARN. */
export function principalArn({ principal, cloud }: Call): string {
  if (principal.kind === 'role')
    return `arn:aws:sts::${principal.account}:assumed-role/${principal.role}/${principal.session}`;
  if (principal.kind === 'service') return principal.name;
  return `arn:aws:iam::${cloud.account}:root`;
}

/** The IAM role or user behind the caller, as `services[].createdBy` shows it. */
export function callerRole(call: Call): string {
  const { principal, cloud } = call;
  return principal.kind === 'role' ? `arn:aws:iam::${cloud.account}:role/${principal.role}` : principalArn(call);
}

/** What iam:PassRole is asked with. */
export const passedToTasks = { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } as const;
