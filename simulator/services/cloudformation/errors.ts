import { AwsError } from '../../operation.ts';

/** CloudFormation has one code for almost everything. */
export function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
