import { AwsError } from '../operation.ts';

/** The families of services name the same trouble differently. */
export type Dialect = 'json' | 'query' | 's3';

export type AuthenticationErrors = {
  missing(): AwsError;
  malformed(): AwsError;
  unknownKey(): AwsError;
  wrongScope(message: string): AwsError;
  wrongSignature(): AwsError;
  skewed(timestamp: string): AwsError;
  presignExpired(): AwsError;
  expiredSession(): AwsError;
};

const signatureMessage =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key ' +
  'and signing method. Consult the service documentation for details.';
const tokenInvalid = 'The security token included in the request is invalid.';
const tokenExpired = 'The security token included in the request is expired';

export const authenticationErrors: Readonly<Record<Dialect, AuthenticationErrors>> = {
  json: {
    missing: () => new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token'),
    malformed: () => new AwsError('IncompleteSignatureException', 'Authorization header is incomplete.'),
    unknownKey: () => new AwsError('UnrecognizedClientException', tokenInvalid),
    wrongScope: (message) => new AwsError('InvalidSignatureException', message),
    wrongSignature: () => new AwsError('InvalidSignatureException', signatureMessage),
    skewed: (timestamp) =>
      new AwsError('InvalidSignatureException', `Signature expired or not yet current: ${timestamp}`),
    presignExpired: () => new AwsError('InvalidSignatureException', 'Signature expired'),
    expiredSession: () => new AwsError('ExpiredTokenException', tokenExpired),
  },
  query: {
    missing: () => forbidden('MissingAuthenticationToken', 'Request is missing Authentication Token'),
    malformed: () => new AwsError('IncompleteSignature', 'Authorization header is incomplete.'),
    unknownKey: () => forbidden('InvalidClientTokenId', tokenInvalid),
    wrongScope: (message) => forbidden('SignatureDoesNotMatch', message),
    wrongSignature: () => forbidden('SignatureDoesNotMatch', signatureMessage),
    skewed: (timestamp) => forbidden('SignatureDoesNotMatch', `Signature expired or not yet current: ${timestamp}`),
    presignExpired: () => forbidden('SignatureDoesNotMatch', 'Signature expired'),
    expiredSession: () => forbidden('ExpiredToken', tokenExpired),
  },
  s3: {
    missing: () => forbidden('AccessDenied', 'Access Denied'),
    malformed: () => new AwsError('AuthorizationHeaderMalformed', 'The authorization header is malformed.'),
    unknownKey: () =>
      forbidden('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'),
    wrongScope: (message) => new AwsError('AuthorizationHeaderMalformed', message),
    wrongSignature: () => forbidden('SignatureDoesNotMatch', signatureMessage),
    skewed: () =>
      forbidden('RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.'),
    presignExpired: () => forbidden('AccessDenied', 'Request has expired'),
    expiredSession: () => new AwsError('ExpiredToken', 'The provided token has expired.'),
  },
};

function forbidden(code: string, message: string): AwsError {
  return new AwsError(code, message, { status: 403 });
}
