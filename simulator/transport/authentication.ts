import { createHash, timingSafeEqual } from 'node:crypto';
import type { Cloud, WireRequest } from '../cloud.ts';
import { AwsError } from '../operation.ts';
import type { Principal } from '../operation.ts';
import { authenticationErrors } from './authentication-errors.ts';
import type { AuthenticationErrors, Dialect } from './authentication-errors.ts';
import { signatureClaim, signatureOf } from './signature.ts';
import type { SignatureClaim } from './signature.ts';

const skewMs = 15 * 60_000;

/** IAM is one for all regions, and clients that know its own address sign for this one. */
const regionOfIam = 'us-east-1';

type Expectation = {
  /** Signing name of the service. */
  readonly service: string;
  /** Nobody needs to sign this call; a signature is then ignored. */
  readonly unsigned?: boolean;
  readonly dialect?: Dialect;
};

/** Who signed this request. Throws the service family's own error when the signature does not hold. */
export function authenticate(cloud: Cloud, request: WireRequest, expected: Expectation): Principal {
  if (expected.unsigned === true) return { kind: 'anonymous' };
  const errors = authenticationErrors[expected.dialect ?? 'json'];
  const claim = signatureClaim(request);
  if (claim === undefined) throw errors.missing();
  if (claim === 'malformed') throw errors.malformed();

  const key = cloud.iam.keyOf(claim.accessKeyId);
  if (key === undefined || key.sessionToken !== claim.sessionToken) throw errors.unknownKey();
  checkScope(cloud, claim, expected.service, errors);
  if (!sameText(signatureOf(request, claim, key.secret), claim.signature)) throw errors.wrongSignature();
  checkBody(request);
  checkTime(cloud, claim, errors);
  if (key.principal.kind === 'role' && key.principal.expiresAt <= cloud.clock.now()) throw errors.expiredSession();
  return key.principal;
}

function checkScope(cloud: Cloud, claim: SignatureClaim, service: string, errors: AuthenticationErrors): void {
  if (claim.service !== service)
    throw errors.wrongScope(`Credential should be scoped to correct service: '${service}'.`);
  if (claim.region !== cloud.region && !(service === 'iam' && claim.region === regionOfIam)) {
    throw errors.wrongScope(`Credential should be scoped to a valid region, not '${claim.region}'.`);
  }
}

/** Where the body's hash was signed, the body must have it. */
function checkBody(request: WireRequest): void {
  const declared = request.headers['x-amz-content-sha256'];
  if (declared === undefined || !/^[0-9a-f]{64}$/.test(declared)) return;
  if (createHash('sha256').update(request.body).digest('hex') !== declared) {
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
}

function checkTime(cloud: Cloud, claim: SignatureClaim, errors: AuthenticationErrors): void {
  if (claim.presignedFor === undefined) {
    // SDKs sign with the wall clock; a virtual clock has nothing to do with it.
    if (cloud.clock.kind === 'virtual') return;
    if (Math.abs(cloud.clock.now() - signedAt(claim)) > skewMs) throw errors.skewed(claim.timestamp);
    return;
  }
  const now = cloud.clock.kind === 'virtual' ? Date.now() : cloud.clock.now();
  if (signedAt(claim) + claim.presignedFor * 1000 < now) throw errors.presignExpired();
}

function signedAt(claim: SignatureClaim): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(claim.timestamp)!;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

function sameText(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}
