import type { FaultRule } from '../faults.ts';
import { AwsError } from '../operation.ts';

type Names = { throttle: [code: string, status: number]; server: [code: string, status: number]; expired: string };

const usual: Names = {
  throttle: ['ThrottlingException', 400],
  server: ['InternalServerError', 500],
  expired: 'ExpiredTokenException',
};

/** What each service calls throttling, its own failure and an expired session. */
const names: Readonly<Record<string, Partial<Names>>> = {
  ecs: { server: ['ServerException', 500] },
  ecr: { server: ['ServerException', 500] },
  registry: { throttle: ['TOOMANYREQUESTS', 429], server: ['UNKNOWN', 500], expired: 'DENIED' },
  secretsmanager: { server: ['InternalServiceError', 500] },
  logs: { server: ['ServiceUnavailableException', 503] },
  sts: { throttle: ['Throttling', 400], server: ['InternalFailure', 500], expired: 'ExpiredToken' },
  iam: { throttle: ['Throttling', 400], server: ['ServiceFailure', 500], expired: 'ExpiredToken' },
  cloudformation: { throttle: ['Throttling', 400], server: ['InternalFailure', 500], expired: 'ExpiredToken' },
  rds: { throttle: ['Throttling', 400], server: ['InternalFailure', 500], expired: 'ExpiredToken' },
  elasticloadbalancing: { throttle: ['Throttling', 400], server: ['InternalFailure', 500], expired: 'ExpiredToken' },
  ec2: { throttle: ['RequestLimitExceeded', 503], server: ['InternalError', 500], expired: 'RequestExpired' },
  s3: { throttle: ['SlowDown', 503], server: ['InternalError', 500], expired: 'ExpiredToken' },
};

/** The error that a fault stands for, in the service's own words. */
export function errorOf(fault: FaultRule, service: string): AwsError {
  const { throttle, server, expired } = { ...usual, ...names[service] };
  const [code, status, message] =
    fault.kind === 'throttle'
      ? [...throttle, 'Rate exceeded']
      : fault.kind === 'expired-token'
        ? [expired, 400, 'The security token included in the request is expired']
        : fault.kind === 'error'
          ? [fault.code ?? server[0], 400, 'An injected fault.']
          : [...server, 'We encountered an internal error. Please try again.'];
  return new AwsError(code, fault.message ?? message, { status: fault.status ?? status });
}
