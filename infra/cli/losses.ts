import { ResourceImpact } from '@aws-cdk/cloudformation-diff';
import type { ResourceDifference, TemplateDiff } from '@aws-cdk/cloudformation-diff';
import { ActionError } from '../../lib/core/errors.ts';
import { sha256 } from '../../lib/world/suite-files.ts';

/** Something that holds data and would be deleted or replaced. */
export type Loss = { readonly stack: string; readonly id: string; readonly sentence: string };

/**
 * What cannot be made again from the manifest, in words for people. Logs are not among it: they end after their time
 * anyway, and who lets a service go has been told that its log goes with it.
 */
const stateful: Readonly<Record<string, string>> = {
  'AWS::EC2::VPC': 'network (with all that stands in it)',
  'AWS::ECR::Repository': 'registry',
  'AWS::ElastiCache::ReplicationGroup': 'cache',
  'AWS::KMS::Key': 'key (what it encrypts cannot be read without it)',
  'AWS::RDS::DBCluster': 'database',
  'AWS::S3::Bucket': 'bucket',
  'AWS::SecretsManager::Secret': 'secret',
};

/** By their logical ids, so that the list of the same change is always the same. */
export function lossesOf(stack: string, diff: TemplateDiff): readonly Loss[] {
  const losses: Loss[] = [];
  diff.resources.forEachDifference((id, change) => {
    const what = stateful[change.oldResourceType ?? ''];
    const how = what === undefined ? undefined : describeLoss(change);
    if (how !== undefined) losses.push({ stack, id, sentence: `${stack}/${id}: the ${what} ${how}` });
  });
  return losses.sort((left, right) => (left.id < right.id ? -1 : 1));
}

/** Undefined when nothing is lost: what is only let go of stays in the account. */
function describeLoss(change: ResourceDifference): string | undefined {
  switch (change.changeImpact) {
    case ResourceImpact.WILL_DESTROY:
      return `would be deleted${keptBy(change.oldValue?.['DeletionPolicy'])}`;
    case ResourceImpact.WILL_REPLACE:
      return `would be replaced by an empty one${keptBy(change.oldValue?.['UpdateReplacePolicy'])}`;
    case ResourceImpact.MAY_REPLACE:
      return `might be replaced by an empty one${keptBy(change.oldValue?.['UpdateReplacePolicy'])}`;
    default:
      return isNewlyGenerated(change) ? 'would get a new random value' : undefined;
  }
}

/** Secrets Manager makes another value as soon as anything changes about how one is made. */
function isNewlyGenerated(change: ResourceDifference): boolean {
  return 'GenerateSecretString' in change.propertyUpdates;
}

function keptBy(policy: unknown): string {
  if (policy === 'Retain' || policy === 'RetainExceptOnCreate') return ' (the old one stays, no longer in use)';
  return policy === 'Snapshot' ? ' (after a last snapshot)' : '';
}

/** Eight characters that stand for exactly these losses; undefined without any. */
export function approvalOf(losses: readonly Loss[]): string | undefined {
  if (losses.length === 0) return undefined;
  const lines = losses.map(({ sentence }) => sentence).sort((left, right) => (left < right ? -1 : 1));
  return sha256(lines.join('\n')).slice(0, 8);
}

/** Throws E_POLICY unless somebody has approved exactly these losses. */
export function requireApproval(losses: readonly Loss[], given: string | undefined): void {
  const approval = approvalOf(losses);
  if (approval === undefined || approval === given) return;
  const list = losses.map(({ sentence }) => `  ${sentence}`).join('\n');
  const other = given === undefined ? '' : ' The code that was given is of another list.';
  throw new ActionError('E_POLICY', `Something that holds data would be lost:\n${list}\n${other}`.trimEnd(), {
    remedy: `Read the list. When it is what you want, run this again with the code ${approval} (\`--approve ${approval}\`, or the input \`approve\`).`,
  });
}
