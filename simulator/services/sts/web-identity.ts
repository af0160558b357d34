import { createPublicKey, createVerify } from 'node:crypto';
import { z } from 'zod';
import type { ConditionValues } from '../../authorization.ts';
import type { Cloud } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { trustedClaims } from '../iam/condition-keys.ts';

const headShape = z.object({ alg: z.string(), kid: z.string().optional() });
const claimsShape = z
  .record(z.string(), z.unknown())
  .and(
    z.object({ iss: z.string(), sub: z.string(), aud: z.union([z.string(), z.array(z.string())]), exp: z.number() }),
  );

export type WebIdentity = { readonly issuerHost: string; readonly claims: Readonly<Record<string, string>> };

/**
 * Whom a web identity token names, once issuer, signature, life and audience are good. Throws the errors of
 * AssumeRoleWithWebIdentity; who may assume which role is the trust policy's question, not answered here.
 */
export function verifyWebIdentity(token: string, cloud: Cloud): WebIdentity {
  const [head, body, signature, ...rest] = token.split('.');
  if (head === undefined || body === undefined || signature === undefined || rest.length > 0) throw unreadable();
  const { alg, kid } = decode(head, headShape);
  const claims = decode(body, claimsShape);

  const issuerHost = claims.iss.replace('https://', '');
  const audiences = cloud.iam.audiencesOf(issuerHost);
  if (audiences === undefined || claims.iss !== cloud.github.issuer) {
    throw invalid(`No OpenIDConnect provider found in your account for ${claims.iss}`);
  }
  const key = cloud.github.keys().find((it) => it.kid === kid);
  if (alg !== 'RS256' || key === undefined) {
    throw invalid(
      "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
    );
  }
  const signed = createVerify('RSA-SHA256').update(`${head}.${body}`);
  if (!signed.verify(createPublicKey({ key: { ...key }, format: 'jwk' }), signature, 'base64url')) {
    throw invalid('The ID Token provided is not a valid JWT. (Signature does not match.)');
  }
  checkLife(claims.exp, cloud);
  const audience = [claims.aud].flat().find((it) => audiences.includes(it));
  if (audience === undefined) throw invalid('Incorrect token audience');
  return { issuerHost, claims: { ...textClaims(claims), aud: audience } };
}

/** The claims in the words of a trust policy: those that STS looks at. */
export function claimConditions(issuerHost: string, claims: WebIdentity['claims']): ConditionValues {
  const known = Object.entries(claims).filter(([name]) => trustedClaims.includes(name));
  return Object.fromEntries(known.map(([name, value]) => [`${issuerHost}:${name}`, value]));
}

function checkLife(expires: number, cloud: Cloud): void {
  const now = Math.floor(cloud.clock.now() / 1000);
  if (expires > now) return;
  throw new AwsError(
    'ExpiredTokenException',
    `Token expired: current date/time ${now} must be before the expiration date/time ${expires}`,
  );
}

function decode<Shape>(part: string, shape: z.ZodType<Shape>): Shape {
  try {
    return shape.parse(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
  } catch {
    throw unreadable();
  }
}

function textClaims(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

const invalid = (message: string) => new AwsError('InvalidIdentityToken', message);
const unreadable = () =>
  invalid('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)');
