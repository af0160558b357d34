import { AwsError } from '../../operation.ts';

/** For a policy that AWS would refuse, and for one that the simulator cannot evaluate: neither is read wrongly. */
export function malformed(detail: string): AwsError {
  return new AwsError('MalformedPolicyDocument', `The policy is not in the valid JSON format: ${detail}`);
}
