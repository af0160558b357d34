/**
 * What kind of failure one attempt met, and so what may be done about it. The SDK's own retrying is switched off
 * (three attempts last about a second, and it repeats calls that must not be repeated), so this is the only judgement.
 */
export type Failure =
  /** Refused before any effect because of too many calls: anything may be repeated. */
  | 'throttled'
  /** The request never reached AWS: anything may be repeated. */
  | 'unreachable'
  /** Refused for its time, and the SDK has just learned the right one: anything may be repeated, once. */
  | 'clock-corrected'
  /** It may or may not have had its effect: only what is idempotent may be repeated. */
  | 'answer-lost'
  /** The session behind the credentials has ended: anything may be repeated with fresh ones. */
  | 'credentials-expired'
  /** AWS said no, and would say it again. */
  | 'final';

export function classifyFailure(error: unknown): Failure {
  const { name, code, status, fault, clockCorrected } = readFailure(error);
  if (throttles.has(name) || status === 429) return 'throttled';
  if (expiredCredentials.has(name)) return 'credentials-expired';
  if (clockCorrected && clockErrors.has(name)) return 'clock-corrected';
  if (neverSent.has(code)) return 'unreachable';
  if (status !== undefined && status >= 500) return 'answer-lost';
  if (serverFaults.has(name)) return 'answer-lost';
  if (cutOff.has(code) || cutOff.has(name)) return 'answer-lost';
  // A body that ends early or is not JSON, be it a success or an error: the call was made, its answer is gone.
  if (!fault && status !== undefined && (status < 300 || name === 'SyntaxError')) return 'answer-lost';
  return 'final';
}

/** The names by which AWS services say "too many calls". ECR's ThrottleException and SSM's TooManyUpdates are unknown to the SDK. */
const throttles = new Set([
  'BandwidthLimitExceeded',
  'PriorRequestNotComplete',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottleException',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TooManyUpdates',
]);

/** What AWS says to a request that was signed with the wrong time. On a machine whose clock is off the SDK corrects it at any error. */
const clockErrors = new Set([
  'AuthFailure',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

const expiredCredentials = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired']);

/** 400s that are AWS's own trouble all the same. */
const serverFaults = new Set([
  // STS could not reach GitHub's provider: its documentation says to try again.
  'IDPCommunicationError',
  'IDPCommunicationErrorException',
  'InternalFailure',
  'InternalServerError',
  'InternalServerException',
  'InternalServiceError',
  'ServerException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
]);

/** Errors of name resolution and of connecting. */
const neverSent = new Set(['ECONNREFUSED', 'EAI_AGAIN', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN']);

const cutOff = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
  'TimeoutError',
]);

type FailureTraits = {
  readonly name: string;
  readonly code: string;
  readonly status: number | undefined;
  /** AWS itself reported an error, as opposed to us not understanding it. */
  readonly fault: boolean;
  /** The SDK has just learned how far this machine's clock is off; the next attempt is signed with the right time. */
  readonly clockCorrected: boolean;
};

function readFailure(error: unknown): FailureTraits {
  if (!(error instanceof Error)) return { name: '', code: '', status: undefined, fault: false, clockCorrected: false };
  const traits = error as Error & {
    code?: unknown;
    $fault?: unknown;
    $metadata?: { httpStatusCode?: number; clockSkewCorrected?: boolean };
    $response?: { statusCode?: number };
  };
  return {
    name: error.name,
    code: typeof traits.code === 'string' ? traits.code : '',
    status: traits.$metadata?.httpStatusCode ?? traits.$response?.statusCode,
    fault: traits.$fault !== undefined,
    clockCorrected: traits.$metadata?.clockSkewCorrected === true,
  };
}
