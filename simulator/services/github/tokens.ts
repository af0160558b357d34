import { createSign, generateKeyPairSync } from 'node:crypto';
import type { JsonWebKeyWithId } from '../../cloud.ts';

/** Signs JSON web tokens with a key made at start; the public half is what the issuer publishes. */
export class TokenSigner {
  private readonly pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly key: JsonWebKeyWithId;

  constructor(keyId: string) {
    const { n, e } = this.pair.publicKey.export({ format: 'jwk' });
    this.key = { kid: keyId, kty: 'RSA', n: n!, e: e! };
  }

  sign(claims: Readonly<Record<string, unknown>>): string {
    const head = encode({ typ: 'JWT', alg: 'RS256', kid: this.key.kid });
    const body = encode(claims);
    const signature = createSign('RSA-SHA256').update(`${head}.${body}`).sign(this.pair.privateKey, 'base64url');
    return `${head}.${body}.${signature}`;
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
