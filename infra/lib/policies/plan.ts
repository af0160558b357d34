import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { derivedSecretPrefix } from '../../../lib/core/names.ts';
import { arnsOf } from './arns.ts';
import type { Grant } from './document.ts';
import { driftGrants } from './drift.ts';
import { imageGrant, readGrants } from './reads.ts';
import { usedSecrets } from './secrets.ts';
import { stackReads } from './stacks.ts';

/**
 * What a pull request and the daily look for drift may see: what plan, verify, status, `cdk diff` and CloudFormation's
 * drift detection read. No value of a secret, and nothing is changed.
 */
export function planGrants(manifest: SelectedManifest): readonly Grant[] {
  const arns = arnsOf(manifest);
  return [
    ...readGrants(manifest),
    imageGrant(manifest),
    {
      why: 'Are the secrets there that variables lead to? AWS ends their ARNs at random; derived ones come with releases',
      actions: ['secretsmanager:DescribeSecret'],
      on: [
        ...usedSecrets(manifest).referred.flatMap(arns.secretOrNone),
        arns.regional('secretsmanager', `secret:${derivedSecretPrefix(arns.where)}*`),
      ],
    },
    ...stackReads(manifest),
    ...driftGrants(manifest),
  ];
}
