import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { arnsOf } from './arns.ts';
import type { Grant } from './document.ts';

/**
 * With a key of the environment's own: opening the given secrets, through Secrets Manager only. Whose secret it is stands
 * in the encryption context (docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html), so neither
 * another key nor another secret under the same key comes with it. Derived secrets have AWS's own key, which needs no grant.
 */
export function keyGrants(manifest: SelectedManifest, secrets: readonly string[]): readonly Grant[] {
  const { encryption, region } = manifest.environment;
  if (encryption !== 'cmk' || secrets.length === 0) return [];
  return [
    {
      why: 'A key has a random id: only for its own secrets, and only through Secrets Manager',
      actions: ['kms:Decrypt'],
      on: [arnsOf(manifest).regional('kms', 'key/*')],
      when: {
        StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
        StringLike: { 'kms:EncryptionContext:SecretARN': secrets },
      },
    },
  ];
}
