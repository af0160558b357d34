import { createSign, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { JsonWebKeyWithId } from '../../cloud.ts';

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

let made: Pair | undefined;

/** One key for every account of this process: making one takes longer than a whole simulated release. */
function pair(): Pair {
  return (made ??= generateKeyPairSync('rsa', { modulusLength: 2048 }));
}

/** The public half, as the issuer publishes it. */
export function signingKey(keyId: string): JsonWebKeyWithId {
  const { n = '', e = '' } = pair().publicKey.export({ format: 'jwk' });
  return { kid: keyId, kty: 'RSA', n, e };
}

/** A JSON web token with these claims, signed by RS256. */
export function signedToken(keyId: string, claims: Readonly<Record<string, unknown>>): string {
  const head = encode({ typ: 'JWT', alg: 'RS256', kid: keyId });
  const body = encode(claims);
  const signature = createSign('RSA-SHA256').update(`${head}.${body}`).sign(pair().privateKey, 'base64url');
  return `${head}.${body}.${signature}`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
