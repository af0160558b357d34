import type { Call } from '../../operation.ts';
import { callerArn } from '../iam/caller.ts';

/** Who called, as ARN. */
export const principalArn = ({ principal }: Call): string => callerArn(principal);

/** The IAM role or user behind the caller, as `services[].createdBy` shows it. */
export function callerRole({ principal }: Call): string {
  return principal.kind === 'role' ? principal.role : callerArn(principal);
}
