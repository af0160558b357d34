import type { Principal } from '../../principal.ts';

/** ARN of the caller as AWS writes it into messages and GetCallerIdentity. */
export function callerArn(principal: Principal): string {
  if (principal.kind === 'root') return `arn:aws:iam::${principal.account}:root`;
  if (principal.kind === 'service') return principal.name;
  if (principal.kind === 'anonymous') return 'anonymous';
  const roleName = principal.role.slice(principal.role.lastIndexOf('/') + 1);
  return `arn:aws:sts::${principal.account}:assumed-role/${roleName}/${principal.session}`;
}
